import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import { CancellationNode } from "../src/sync/cancellation-tree.ts";
import { CancellationToken } from "../src/sync/index.ts";
import { sleep } from "../src/time/index.ts";
import { Controlled, CountingWaker, HandDriven } from "./support/bench-stand.ts";
import { now, Probe, waiting } from "./support/probe.ts";

describe("a cancellation token", () => {
  test("wakes everybody who waits for it once, in the order of arrival", () => {
    const token = new CancellationToken();
    const log: number[] = [];
    const probes = [0, 1, 2].map((i) => {
      const probe = new Probe(token.cancelled());
      probe.waker.wake = () => log.push(i);
      probe.poll();
      return probe;
    });
    expect([token.isCancelled, probes[0].poll()]).toEqual([false, Pending]);
    token.cancel();
    token.cancel();
    expect([token.isCancelled, log]).toEqual([true, [0, 1, 2]]);
    expect(probes[0].poll()).toBe(undefined);
    expect(() => probes[0].poll()).toThrow(PolledAfterCompletionError);
  });

  test("that is cancelled holds up nobody, also not one whose budget is used up", () => {
    const token = new CancellationToken();
    token.cancel();
    expect(new Probe(token.cancelled()).poll(0)).toBe(undefined);
  });

  test("wakes through the waker of the latest poll, and nobody who gave up", () => {
    const token = new CancellationToken();
    const future = token.cancelled();
    const [first, second, gone] = [new Probe(future), new Probe(future), new Probe(token.cancelled())];
    for (const probe of [first, second, gone]) probe.poll();
    gone.drop();
    gone.drop();
    token.cancel();
    expect([first.wakes, second.wakes, gone.wakes]).toEqual([0, 1, 0]);
    expect(() => gone.poll()).toThrow(PolledAfterCompletionError);
  });

  test("takes its children with it, and theirs", () => {
    const token = new CancellationToken();
    const [a, b] = [token.childToken(), token.childToken()];
    const grandchild = a.childToken();
    const probes = [grandchild, b, token].map((each) => waiting(each.cancelled()));
    token.cancel();
    expect(probes.map((probe) => probe.wakes)).toEqual([1, 1, 1]);
    expect([a, b, grandchild].map((each) => each.isCancelled)).toEqual([true, true, true]);
  });

  test("leaves its parent and its siblings alone", () => {
    const token = new CancellationToken();
    const [a, b] = [token.childToken(), token.childToken()];
    const probes = [token, a, b].map((each) => waiting(each.cancelled()));
    a.cancel();
    expect([token, a, b].map((each) => each.isCancelled)).toEqual([false, true, false]);
    expect(probes.map((probe) => probe.wakes)).toEqual([0, 1, 0]);
    token.cancel();
    expect(probes.map((probe) => probe.wakes)).toEqual([1, 1, 1]);
  });

  test("has children that are cancelled from the start when it is", () => {
    const token = new CancellationToken();
    token.cancel();
    const child = token.childToken();
    expect([child.isCancelled, now(child.cancelled())]).toEqual([true, undefined]);
  });

  test("may have its tree looked at and changed by the wakers that it calls", () => {
    const token = new CancellationToken();
    const child = token.childToken();
    const [first, last] = [new Probe(token.cancelled()), new Probe(child.cancelled())];
    const seen: unknown[] = [];
    first.waker.wake = () => {
      seen.push(child.isCancelled, now(child.childToken().cancelled()));
      last.drop();
      token.cancel();
    };
    first.poll();
    last.poll();
    token.cancel();
    expect([seen, last.wakes]).toEqual([[true, undefined], 0]);
  });

  test("can be the root of a tree of any depth", () => {
    const root = new CancellationToken();
    let token = root;
    for (let depth = 0; depth < 100_000; depth++) token = token.childToken();
    const probe = waiting(token.cancelled());
    root.cancel();
    expect([probe.wakes, token.isCancelled]).toEqual([1, true]);
  });

  test("can be waited for by very many", () => {
    const token = new CancellationToken();
    const waker = new CountingWaker();
    const cx = new HandDriven().context;
    cx.waker = waker;
    for (let i = 0; i < 200_000; i++) token.cancelled().poll(cx);
    token.cancel();
    expect(waker.wakes).toBe(200_000);
  });

  test("knows of its children only while somebody waits for them", () => {
    const root = new CancellationNode(null);
    const middle = new CancellationNode(root);
    const leaves = [new CancellationNode(middle), new CancellationNode(middle)];
    expect(root.isQuiet).toBe(true);
    const waiters = leaves.map((leaf) => leaf.watch(new CountingWaker()));
    expect(root.isQuiet).toBe(false);
    leaves[0].unwatch(waiters[0]);
    expect([leaves[0].isQuiet, middle.isQuiet, root.isQuiet]).toEqual([true, false, false]);
    leaves[1].unwatch(waiters[1]);
    expect([middle.isQuiet, root.isQuiet]).toEqual([true, true]);
    leaves[1].watch(new CountingWaker());
    middle.cancel();
    expect([leaves[1].isQuiet, middle.isQuiet, root.isQuiet]).toEqual([true, true, true]);
  });
});

describe("a drop guard", () => {
  test("cancels when its block is left, by whatever way", () => {
    const token = new CancellationToken();
    expect(() => {
      using _guard = token.dropGuard();
      throw new Error("left");
    }).toThrow("left");
    expect(token.isCancelled).toBe(true);
  });

  test("that is disarmed gives the token back and cancels nothing", () => {
    const token = new CancellationToken();
    const guard = token.dropGuard();
    expect(guard.disarm()).toBe(token);
    expect(guard.disarm()).toBe(null);
    guard.drop();
    expect(token.isCancelled).toBe(false);
  });

  test("cancels once", () => {
    const token = new CancellationToken();
    const guard = token.dropGuard();
    guard.drop();
    guard.drop();
    expect([token.isCancelled, guard.disarm()]).toEqual([true, null]);
  });
});

describe("runUntilCancelled", () => {
  test("returns the value of a future that makes it, and waits for the token no more", () => {
    const token = new CancellationToken();
    const inner = new Controlled<string>();
    const probe = waiting(token.runUntilCancelled(inner));
    inner.complete("made it");
    expect(probe.poll()).toBe("made it");
    token.cancel();
    expect([probe.wakes, inner.drops]).toEqual([1, 0]);
    expect(() => probe.poll()).toThrow(PolledAfterCompletionError);
  });

  test("drops the future once and returns null when the token is cancelled", () => {
    const token = new CancellationToken();
    const inner = new Controlled<string>();
    const probe = waiting(token.runUntilCancelled(inner));
    token.cancel();
    expect([probe.wakes, probe.poll(), inner.drops]).toEqual([1, null, 1]);
    probe.drop();
    expect(inner.drops).toBe(1);
  });

  test("does not poll the future when the token is cancelled already", () => {
    const token = new CancellationToken();
    token.cancel();
    const inner = new Controlled<string>();
    expect([now(token.runUntilCancelled(inner)), inner.polls, inner.drops]).toEqual([null, 0, 1]);
  });

  test("prefers a future that is ready together with the cancellation", () => {
    const token = new CancellationToken();
    const inner = new Controlled<string>();
    const probe = waiting(token.runUntilCancelled(inner));
    token.cancel();
    inner.complete("just in time");
    expect(probe.poll()).toBe("just in time");
  });

  test("throws what the future throws, and waits for the token no more", () => {
    const token = new CancellationToken();
    const inner = new Controlled<string>();
    const probe = waiting(token.runUntilCancelled(inner));
    inner.fail(new Error("inner"));
    expect(() => probe.poll()).toThrow("inner");
    expect(() => probe.poll()).toThrow(PolledAfterCompletionError);
    token.cancel();
    expect(probe.wakes).toBe(1);
  });

  test("notices a cancellation that the future itself asks for", () => {
    const token = new CancellationToken();
    const inner = new Controlled<string>();
    inner.poll = () => {
      token.cancel();
      return Pending;
    };
    expect([now(token.runUntilCancelled(inner)), inner.drops]).toEqual([null, 1]);
  });

  test("dropped, drops the future once and waits for nothing", () => {
    const token = new CancellationToken();
    const inner = new Controlled<string>();
    const probe = waiting(token.runUntilCancelled(inner));
    probe.drop();
    probe.drop();
    token.cancel();
    expect([inner.drops, probe.wakes]).toEqual([1, 0]);
    const unpolled = new Controlled<string>();
    token.runUntilCancelled(unpolled).drop();
    expect(unpolled.drops).toBe(1);
  });

  test("stops tasks, whose blocks are left in order", () => {
    const runtime = new HandDriven();
    const token = new CancellationToken();
    const log: string[] = [];
    const work = asyncFn(function* () {
      try {
        yield* sleep(1000);
      } finally {
        log.push("cleaned up");
      }
    });
    const task = asyncFn(function* () {
      const result = yield* token.runUntilCancelled(work());
      log.push(String(result));
      return yield* token.childToken().runUntilCancelled(ready("not run"));
    });
    const handle = runtime.spawn(task());
    runtime.settle();
    token.cancel();
    runtime.settle();
    expect([log, runtime.poll(handle), runtime.timers.size]).toEqual([["cleaned up", "null"], null, 0]);
  });
});

test("a token is cancelled when it or an ancestor was, and whoever waits then is woken once", () => {
  const operation = fc.record({
    kind: fc.constantFrom("child", "child", "wait", "wait", "poll", "drop", "drop", "cancel"),
    at: fc.nat(),
  });
  interface Node {
    readonly token: CancellationToken;
    readonly parent: Node | null;
    cancelled: boolean;
  }
  interface Wait {
    readonly probe: Probe<void>;
    readonly node: Node;
    state: "fresh" | "waiting" | "over";
    wakes: number;
  }
  const isCancelled = (node: Node): boolean => node.cancelled || (node.parent !== null && isCancelled(node.parent));
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
      const nodes: Node[] = [{ token: new CancellationToken(), parent: null, cancelled: false }];
      const waits: Wait[] = [];
      for (const { kind, at } of operations) {
        const node = nodes[at % nodes.length];
        const live = waits.filter(({ state }) => state !== "over");
        if (kind === "child") nodes.push({ token: node.token.childToken(), parent: node, cancelled: false });
        else if (kind === "wait") {
          const wait: Wait = { probe: new Probe(node.token.cancelled()), node, state: "fresh", wakes: 0 };
          waits.push(wait);
        } else if (kind === "cancel") {
          const before = waits.filter((wait) => wait.state === "waiting" && !isCancelled(wait.node));
          node.token.cancel();
          node.cancelled = true;
          for (const wait of before) if (isCancelled(wait.node)) wait.wakes++;
        } else if (live.length > 0) {
          const wait = live[at % live.length];
          if (kind === "drop") {
            wait.probe.drop();
            wait.state = "over";
          } else {
            const noticed = wait.probe.poll() !== Pending;
            expect(noticed).toBe(isCancelled(wait.node));
            wait.state = noticed ? "over" : "waiting";
          }
        }
        for (const wait of waits) expect(wait.probe.wakes).toBe(wait.wakes);
      }
      for (const each of nodes) expect(each.token.isCancelled).toBe(isCancelled(each));
    }),
    { numRuns: 500 },
  );
});
