import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinBiased, type Shared, shared } from "../src/combinators/index.ts";
import { asyncFn, Context, Pending, PolledAfterCompletionError, pollFn, yieldNow } from "../src/future/index.ts";
import { enter } from "../src/task/index.ts";
import { Controlled, CountingWaker, HandDriven } from "./support/bench-stand.ts";

/** Polls as a task with a waker of its own. */
function pollAs<T>(runtime: HandDriven, waker: CountingWaker, future: Shared<T>): unknown {
  const cx = new Context(waker, runtime);
  return enter(cx, () => future.poll(cx));
}

describe("shared", () => {
  test("gives every handle the same value, polling the future once per wake", () => {
    const runtime = new HandDriven();
    const source = new Controlled<{ n: number }>();
    const a = shared(source);
    const [b, c] = [a.clone(), a.clone()];
    const wakers = [new CountingWaker(), new CountingWaker(), new CountingWaker()];
    [a, b, c].forEach((handle, i) => expect(pollAs(runtime, wakers[i], handle)).toBe(Pending));
    expect(source.polls).toBe(1);
    const value = { n: 1 };
    source.complete(value);
    expect(wakers.map((waker) => waker.wakes)).toEqual([1, 1, 1]);
    [c, a, b].forEach((handle, i) => expect(pollAs(runtime, wakers[i], handle)).toBe(value));
    expect([source.polls, source.drops]).toEqual([2, 0]);
    expect(wakers.map((waker) => waker.wakes)).toEqual([1, 1, 1]);
  });

  test("gives every handle the same error", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const a = shared(source);
    const b = a.clone();
    const error = new Error("no");
    source.fail(error);
    for (const handle of [a, b]) expect(() => runtime.poll(handle)).toThrow(error);
    for (const handle of [a, b]) expect(() => runtime.poll(handle)).toThrow(PolledAfterCompletionError);
  });

  test("does nothing before a handle is polled, and wakes those who wait when another handle finds the end", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const a = shared(source);
    const b = a.clone();
    const waker = new CountingWaker();
    expect(source.polls).toBe(0);
    pollAs(runtime, waker, a);
    source.complete(1);
    expect(waker.wakes).toBe(1);
    expect(pollAs(runtime, new CountingWaker(), b)).toBe(1);
    expect(pollAs(runtime, waker, a)).toBe(1);
  });

  test("wakes with the waker of the latest poll only", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const handle = shared(source);
    const [early, late] = [new CountingWaker(), new CountingWaker()];
    pollAs(runtime, early, handle);
    pollAs(runtime, late, handle);
    source.complete(1);
    expect([early.wakes, late.wakes]).toEqual([0, 1]);
  });

  test("is dropped with its last handle", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const a = shared(source);
    const b = a.clone();
    runtime.poll(b);
    a.drop();
    a.drop();
    expect(source.drops).toBe(0);
    b.drop();
    expect([source.drops, runtime.waker.wakes]).toEqual([1, 0]);
    expect(() => b.clone()).toThrow(PolledAfterCompletionError);
  });

  test("goes on for the others when the handle that was woken is dropped before its poll", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const a = shared(source);
    const b = a.clone();
    const [first, second] = [new CountingWaker(), new CountingWaker()];
    pollAs(runtime, first, a);
    pollAs(runtime, second, b);
    source.complete(1);
    a.drop();
    expect(second.wakes).toBe(1);
    expect(pollAs(runtime, second, b)).toBe(1);
  });

  test("gives a handle that was kept for that purpose clones after the end", () => {
    const runtime = new HandDriven();
    const source = new Controlled<number>();
    const kept = shared(source);
    source.complete(1);
    expect([runtime.poll(kept.clone()), runtime.poll(kept.clone())]).toEqual([1, 1]);
    expect(source.polls).toBe(1);
  });

  test("runs a future that wakes itself to its end", () => {
    const runtime = new HandDriven();
    let rounds = 0;
    const work = asyncFn(function* () {
      for (; rounds < 5; rounds++) yield* yieldNow();
      return rounds;
    });
    const a = shared(work());
    const tasks = [runtime.spawn(a.clone()), runtime.spawn(a)];
    runtime.settle();
    expect(tasks.map((task) => runtime.poll(task))).toEqual([5, 5]);
  });

  test("restores the waker of its task for whoever is polled after it", () => {
    const runtime = new HandDriven();
    let seen: unknown;
    const after = pollFn((cx) => {
      seen = cx.waker;
      return Pending;
    });
    runtime.poll(joinBiased(shared(new Controlled<number>()), after));
    expect(seen).toBe(runtime.waker);
  });

  test("agrees with its model, whoever is polled, cloned and dropped in whatever order", () => {
    const step = fc.record({ does: fc.constantFrom("poll", "clone", "drop", "wake", "complete"), handle: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const runtime = new HandDriven();
        const source = new Controlled<string>();
        const handles = [{ future: shared(source), waker: new CountingWaker(), live: true, waits: false, wakes: 0 }];
        let complete = false;
        let woken = true;
        let polls = 0;
        let ended = false;
        const wakeAll = (): void => {
          for (const handle of handles) {
            if (handle.waits) handle.wakes++;
            handle.waits = false;
          }
        };
        for (const { does, handle: index } of steps) {
          const handle = handles[index % handles.length];
          if (does === "complete" || does === "wake") {
            if (does === "complete") complete = true;
            if (source.waker !== null) {
              woken = true;
              wakeAll();
            }
            if (does === "complete") source.complete("value");
            else source.waker?.wake();
          } else if (!handle.live) {
            expect(() => runtime.poll(handle.future)).toThrow(PolledAfterCompletionError);
          } else if (does === "clone") {
            const future = handle.future.clone();
            handles.push({ future, waker: new CountingWaker(), live: true, waits: false, wakes: 0 });
          } else if (does === "drop") {
            handle.future.drop();
            handle.live = handle.waits = false;
          } else {
            handle.waits = true;
            if (!ended && woken) {
              woken = false;
              polls++;
              ended = complete;
            }
            if (ended) {
              handle.live = handle.waits = false;
              wakeAll();
            }
            expect(pollAs(runtime, handle.waker, handle.future)).toBe(ended ? "value" : Pending);
          }
          expect(source.polls).toBe(polls);
          expect(source.drops).toBe(!ended && handles.every(({ live }) => !live) ? 1 : 0);
          for (const { waker, wakes } of handles) expect(waker.wakes).toBe(wakes);
        }
      }),
    );
  });
});
