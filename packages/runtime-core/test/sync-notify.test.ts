import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import { type Notified, Notify } from "../src/sync/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { Probe, waiting } from "./support/probe.ts";

const wakes = (probes: readonly Probe<void>[]): number[] => probes.map((probe) => probe.wakes);
const isReady = (probe: Probe<void>): boolean => probe.poll() !== Pending;

function three(notify: Notify): Probe<void>[] {
  return [1, 2, 3].map(() => waiting(notify.notified()));
}

describe("notifyOne", () => {
  test("before anybody waits is kept for the first who does", () => {
    const notify = new Notify();
    const early = new Probe(notify.notified());
    notify.notifyOne();
    expect([isReady(early), early.wakes]).toEqual([true, 0]);
    waiting(notify.notified());
  });

  test("is kept once, however often nobody waited for it", () => {
    const notify = new Notify();
    notify.notifyOne();
    notify.notifyOne();
    expect(isReady(new Probe(notify.notified()))).toBe(true);
    waiting(notify.notified());
  });

  test("wakes the ones that wait, one each, in the order of arrival", () => {
    const notify = new Notify();
    const probes = three(notify);
    notify.notifyOne();
    expect(wakes(probes)).toEqual([1, 0, 0]);
    notify.notifyOne();
    expect(wakes(probes)).toEqual([1, 1, 0]);
    expect(probes.map(isReady)).toEqual([true, true, false]);
  });

  test("goes to another when the one that was woken is dropped before it noticed", () => {
    const notify = new Notify();
    const probes = three(notify);
    notify.notifyOne();
    probes[0].drop();
    probes[0].drop();
    expect(wakes(probes)).toEqual([1, 1, 0]);
  });

  test("is kept when nobody is left to pass it on to", () => {
    const notify = new Notify();
    const probe = waiting(notify.notified());
    notify.notifyOne();
    probe.drop();
    expect(isReady(new Probe(notify.notified()))).toBe(true);
  });

  test("is not lost on futures that were all dropped before", () => {
    const notify = new Notify();
    for (const probe of three(notify)) probe.drop();
    notify.notifyOne();
    expect(isReady(new Probe(notify.notified()))).toBe(true);
  });

  test("is not passed on by one that has returned it", () => {
    const notify = new Notify();
    const probes = three(notify);
    notify.notifyOne();
    expect(isReady(probes[0])).toBe(true);
    probes[0].drop();
    expect(wakes(probes)).toEqual([1, 0, 0]);
  });

  test("skips one that left the queue", () => {
    const notify = new Notify();
    const probes = three(notify);
    probes[0].drop();
    notify.notifyOne();
    expect(wakes(probes)).toEqual([0, 1, 0]);
  });

  test("may come from a waker that is being called", () => {
    const notify = new Notify();
    const [first, second] = [new Probe(notify.notified()), new Probe(notify.notified())];
    first.waker.wake = () => notify.notifyOne();
    first.poll();
    second.poll();
    notify.notifyOne();
    expect(second.wakes).toBe(1);
  });
});

describe("notifyLast", () => {
  test("wakes the one that came last", () => {
    const notify = new Notify();
    const probes = three(notify);
    notify.notifyLast();
    notify.notifyLast();
    expect(wakes(probes)).toEqual([0, 1, 1]);
  });

  test("is passed on to the last of those left, and is kept when nobody is", () => {
    const notify = new Notify();
    const probes = three(notify);
    notify.notifyLast();
    probes[2].drop();
    expect(wakes(probes)).toEqual([0, 1, 1]);
    probes[0].drop();
    probes[1].drop();
    expect(isReady(new Probe(notify.notified()))).toBe(true);
  });
});

describe("notifyWaiters", () => {
  test("wakes everybody once, and keeps nothing for later", () => {
    const notify = new Notify();
    const probes = three(notify);
    notify.notifyWaiters();
    expect(wakes(probes)).toEqual([1, 1, 1]);
    expect(probes.map(isReady)).toEqual([true, true, true]);
    waiting(notify.notified());
  });

  test("reaches a future that was made but not polled, and none that was made later", () => {
    const notify = new Notify();
    const before = new Probe(notify.notified());
    notify.notifyWaiters();
    expect(isReady(before)).toBe(true);
    expect(isReady(new Probe(notify.notified()))).toBe(false);
  });

  test("leaves the stored notification to one that needs it", () => {
    const notify = new Notify();
    const before = new Probe(notify.notified());
    notify.notifyOne();
    notify.notifyWaiters();
    expect(isReady(before)).toBe(true);
    expect(isReady(new Probe(notify.notified()))).toBe(true);
  });

  test("is not passed on by one that is dropped", () => {
    const notify = new Notify();
    const probe = waiting(notify.notified());
    notify.notifyWaiters();
    const late = waiting(notify.notified());
    probe.drop();
    expect(late.wakes).toBe(0);
  });

  test("leaves what one was notified of before to be passed on", () => {
    const notify = new Notify();
    const probe = waiting(notify.notified());
    notify.notifyOne();
    notify.notifyWaiters();
    const late = waiting(notify.notified());
    probe.drop();
    expect(late.wakes).toBe(1);
  });

  test("does not wake one that is dropped, or comes, while the others are woken", () => {
    const notify = new Notify();
    const [first, second, late] = [1, 2, 3].map(() => new Probe(notify.notified()));
    first.waker.wake = () => {
      second.drop();
      new Probe(notify.notified()).poll();
    };
    first.poll();
    second.poll();
    notify.notifyWaiters();
    expect([second.wakes, late.wakes]).toEqual([0, 0]);
    expect(() => second.poll()).toThrow(PolledAfterCompletionError);
  });
});

describe("notified", () => {
  test("is woken through the waker of the latest poll", () => {
    const notify = new Notify();
    const future = notify.notified();
    const [first, second] = [new Probe(future), new Probe(future)];
    first.poll();
    second.poll();
    notify.notifyOne();
    expect(wakes([first, second])).toEqual([0, 1]);
  });

  test("that is not enabled takes no place in the queue", () => {
    const notify = new Notify();
    const [idle, polled] = [new Probe(notify.notified()), new Probe(notify.notified())];
    polled.poll();
    notify.notifyOne();
    expect([polled.wakes, isReady(idle), isReady(polled)]).toEqual([1, false, true]);
  });

  test("that is enabled takes its place before it is polled", () => {
    const notify = new Notify();
    const [enabled, polled] = [notify.notified(), new Probe(notify.notified())];
    expect(enabled.enable()).toBe(false);
    polled.poll();
    notify.notifyOne();
    expect([isReady(new Probe(enabled)), polled.wakes]).toEqual([true, 0]);
  });

  test("that is enabled and then polled is woken", () => {
    const notify = new Notify();
    const future = notify.notified();
    future.enable();
    const probe = waiting(future);
    notify.notifyOne();
    expect([probe.wakes, isReady(probe)]).toEqual([1, true]);
  });

  test("can be enabled after a poll, and keeps its waker", () => {
    const notify = new Notify();
    const future = notify.notified();
    const probe = waiting(future);
    expect(future.enable()).toBe(false);
    notify.notifyOne();
    expect([probe.wakes, future.enable(), future.enable(), isReady(probe)]).toEqual([1, true, true, true]);
    expect(() => future.enable()).toThrow(PolledAfterCompletionError);
  });

  test("takes the stored notification when it is enabled", () => {
    const notify = new Notify();
    notify.notifyOne();
    const [first, second] = [notify.notified(), notify.notified()];
    expect([first.enable(), second.enable()]).toEqual([true, false]);
    expect(isReady(new Probe(first))).toBe(true);
  });

  test("lets other tasks run when a task notifies itself for ever", () => {
    const runtime = new HandDriven();
    const notify = new Notify();
    let rounds = 0;
    const busy = asyncFn(function* () {
      for (;;) {
        notify.notifyOne();
        yield* notify.notified();
        rounds++;
      }
    });
    runtime.spawn(busy());
    runtime.step();
    expect([rounds, runtime.queue.length]).toEqual([128, 1]);
  });
});

test("notify agrees with a list of who waits", () => {
  const operation = fc.record({
    kind: fc.constantFrom("new", "new", "poll", "poll", "poll", "enable", "drop", "drop", "one", "last", "all"),
    at: fc.nat(),
  });
  interface Wait {
    readonly future: Notified;
    readonly probe: Probe<void>;
    state: "fresh" | "waiting" | "first" | "last" | "all" | "taken" | "over";
    missedRound: boolean;
    hasWaker: boolean;
    wakes: number;
  }
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
      const notify = new Notify();
      const waits: Wait[] = [];
      let queue: Wait[] = [];
      let permit = false;
      const give = (how: "first" | "last"): void => {
        const wait = how === "first" ? queue.shift() : queue.pop();
        if (wait === undefined) {
          permit = true;
          return;
        }
        wait.state = how;
        if (wait.hasWaker) wait.wakes++;
      };
      const take = (wait: Wait): boolean => {
        if (wait.state === "fresh") {
          if (wait.missedRound) wait.state = "taken";
          else if (permit) {
            permit = false;
            wait.state = "taken";
          } else {
            wait.state = "waiting";
            queue.push(wait);
          }
        } else if (wait.state !== "waiting") wait.state = "taken";
        return wait.state === "taken";
      };
      for (const { kind, at } of operations) {
        const live = waits.filter((wait) => wait.state !== "over");
        if (kind === "new") {
          const future = notify.notified();
          waits.push({
            future,
            probe: new Probe(future),
            state: "fresh",
            missedRound: false,
            hasWaker: false,
            wakes: 0,
          });
        } else if (kind === "one") {
          notify.notifyOne();
          give("first");
        } else if (kind === "last") {
          notify.notifyLast();
          give("last");
        } else if (kind === "all") {
          notify.notifyWaiters();
          for (const wait of waits) if (wait.state === "fresh") wait.missedRound = true;
          for (const wait of queue) {
            wait.state = "all";
            if (wait.hasWaker) wait.wakes++;
          }
          queue = [];
        } else if (live.length > 0) {
          const wait = live[at % live.length];
          if (kind === "enable") expect(wait.future.enable()).toBe(take(wait));
          else if (kind === "poll") {
            const taken = isReady(wait.probe);
            expect(taken).toBe(take(wait));
            if (taken) wait.state = "over";
            else wait.hasWaker = true;
          } else {
            wait.probe.drop();
            queue = queue.filter((other) => other !== wait);
            const { state } = wait;
            wait.state = "over";
            if (state === "first" || state === "last") give(state);
          }
        }
        for (const wait of waits) expect(wait.probe.wakes).toBe(wait.wakes);
      }
      // What is stored at the end is what the model has.
      for (const wait of waits) if (wait.state === "waiting" || wait.state === "fresh") wait.probe.drop();
      expect(isReady(new Probe(notify.notified()))).toBe(permit);
    }),
    { numRuns: 500 },
  );
});
