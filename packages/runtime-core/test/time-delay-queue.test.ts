import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asyncFn, AwaitOutsidePollError, COOPERATIVE_BUDGET, Pending } from "../src/future/index.ts";
import { enter } from "../src/task/index.ts";
import { End } from "../src/stream/index.ts";
import { type Delayed, DelayQueue, Instant, sleep } from "../src/time/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { advanceBy, runToEnd } from "./support/time.ts";

/** A queue in a runtime that stands at 0 ms. */
class Stand {
  readonly runtime: HandDriven = new HandDriven();
  readonly queue: DelayQueue<string> = new DelayQueue();

  insert(value: string, delayMs: number): Delayed<string> {
    return enter(this.runtime.context, () => this.queue.insert(value, delayMs));
  }

  reset(key: Delayed<string>, delayMs: number): void {
    enter(this.runtime.context, () => this.queue.reset(key, delayMs));
  }

  /** The next value, `End` if the queue is empty, `Pending` if none is due. */
  poll(): string | typeof End | typeof Pending {
    this.runtime.context.budget = COOPERATIVE_BUDGET;
    const item = enter(this.runtime.context, () => this.queue.pollNext(this.runtime.context));
    return item === Pending || item === End ? item : item.value;
  }

  /** Everything that comes out now. */
  drain(): string[] {
    const values: string[] = [];
    for (let item = this.poll(); item !== End && item !== Pending; item = this.poll()) values.push(item);
    return values;
  }
}

describe("a delay queue", () => {
  test("gives each value out at its time, by deadline, then in the order of insertion", () => {
    const stand = new Stand();
    for (const [value, delayMs] of Object.entries({ late: 5000, first: 10, tie: 10, soon: 3 }))
      stand.insert(value, delayMs);
    expect(stand.poll()).toBe(Pending);
    advanceBy(stand.runtime, 10);
    expect(stand.drain()).toEqual(["soon", "first", "tie"]);
    expect([stand.queue.size, stand.runtime.timers.size]).toEqual([1, 1]);
    advanceBy(stand.runtime, 4990);
    expect(stand.drain()).toEqual(["late"]);
    expect(stand.poll()).toBe(End);
  });

  test("wakes its consumer once for the first deadline, with one timer for all", () => {
    const stand = new Stand();
    for (let i = 1; i <= 100; i++) stand.insert(`${i}`, 10 * i);
    expect(stand.poll()).toBe(Pending);
    expect(stand.runtime.timers.size).toBe(1);
    advanceBy(stand.runtime, 9);
    expect(stand.runtime.waker.wakes).toBe(0);
    advanceBy(stand.runtime, 1);
    expect(stand.runtime.waker.wakes).toBe(1);
    expect([stand.poll(), stand.poll()]).toEqual(["1", Pending]);
  });

  test("gives a value at once whose deadline has passed, and keeps a fraction of a millisecond", () => {
    const stand = new Stand();
    stand.insert("fraction", 0.5);
    stand.insert("now", 0);
    expect(stand.drain()).toEqual(["now"]);
    stand.queue.insertAt("past", -10);
    expect(stand.drain()).toEqual(["past"]);
    advanceBy(stand.runtime, 0.5);
    expect(stand.poll()).toBe(Pending);
    advanceBy(stand.runtime, 0.5);
    expect(stand.drain()).toEqual(["fraction"]);
  });

  test("says what came out and when it was due", () => {
    const stand = new Stand();
    const key = enter(stand.runtime.context, () => stand.queue.insertAt("a", new Instant(7.5)));
    advanceBy(stand.runtime, 20);
    expect(stand.runtime.poll(stand.queue.next())).toBe(key);
    expect([key.value, key.deadline.atMs]).toEqual(["a", 7.5]);
  });

  test("wakes its consumer for a value that is due before what it waits for, not for a later one", () => {
    const stand = new Stand();
    stand.insert("b", 100);
    expect(stand.poll()).toBe(Pending);
    stand.insert("c", 200);
    expect(stand.runtime.waker.wakes).toBe(0);
    stand.insert("a", 50);
    expect(stand.runtime.waker.wakes).toBe(1);
    expect(stand.poll()).toBe(Pending);
    advanceBy(stand.runtime, 50);
    expect([stand.runtime.waker.wakes, stand.poll()]).toEqual([2, "a"]);
  });

  test("wakes its consumer once for all that happens before the next poll", () => {
    const stand = new Stand();
    stand.insert("c", 100);
    expect(stand.poll()).toBe(Pending);
    for (const [value, delayMs] of Object.entries({ b: 50, a: 20 })) stand.insert(value, delayMs);
    stand.queue.clear();
    expect(stand.runtime.waker.wakes).toBe(1);
    stand.insert("d", 10);
    expect(stand.poll()).toBe(Pending);
    advanceBy(stand.runtime, 10);
    stand.insert("e", 0);
    stand.queue.clear();
    expect(stand.runtime.waker.wakes).toBe(2);
  });

  test("leaves no timer behind when a poll is ahead of the wake", () => {
    const stand = new Stand();
    stand.insert("a", 10);
    expect(stand.poll()).toBe(Pending);
    stand.runtime.clock.advance(10);
    expect([stand.poll(), stand.runtime.timers.size]).toEqual(["a", 0]);
  });

  test("does not give out what was removed, and wakes its consumer when that was the last", () => {
    const stand = new Stand();
    const [a, b] = [stand.insert("a", 10), stand.insert("b", 20)];
    expect(stand.poll()).toBe(Pending);
    expect([stand.queue.remove(a), stand.queue.remove(a)]).toEqual([true, false]);
    expect(stand.runtime.waker.wakes).toBe(0);
    expect(stand.queue.remove(b)).toBe(true);
    expect([stand.runtime.waker.wakes, stand.poll(), stand.runtime.timers.size]).toEqual([1, End, 0]);
  });

  test("can remove and reset what is due but has not been taken", () => {
    const stand = new Stand();
    const [a, b, c] = ["a", "b", "c"].map((value) => stand.insert(value, 10));
    advanceBy(stand.runtime, 10);
    expect(stand.poll()).toBe("a");
    expect([stand.queue.remove(a), stand.queue.remove(b)]).toEqual([false, true]);
    stand.reset(c, 5);
    expect(stand.poll()).toBe(Pending);
    advanceBy(stand.runtime, 5);
    expect(stand.drain()).toEqual(["c"]);
  });

  test("moves a value that is reset, also one that has come out", () => {
    const stand = new Stand();
    const [a] = [stand.insert("a", 10), stand.insert("b", 20)];
    expect(stand.poll()).toBe(Pending);
    stand.reset(a, 20);
    advanceBy(stand.runtime, 10);
    expect(stand.poll()).toBe(Pending);
    advanceBy(stand.runtime, 10);
    expect(stand.drain()).toEqual(["b", "a"]);
    stand.queue.resetAt(a, 25);
    expect(stand.poll()).toBe(Pending);
    advanceBy(stand.runtime, 5);
    expect(stand.drain()).toEqual(["a"]);
  });

  test("shows what comes out next", () => {
    const stand = new Stand();
    expect(stand.queue.peek()).toBe(null);
    for (const delayMs of [5000, 4200, 4199.5, 4300, 1e12, Infinity]) stand.insert(`${delayMs}`, delayMs);
    expect(stand.queue.peek()?.value).toBe("4200");
    advanceBy(stand.runtime, 4250);
    expect([stand.poll(), stand.queue.peek()?.value]).toEqual(["4200", "4199.5"]);
    expect(stand.drain()).toEqual(["4199.5"]);
    expect(stand.queue.peek()?.value).toBe("4300");
  });

  test("cleared, is empty, wakes its consumer and knows the old keys no more", () => {
    const stand = new Stand();
    const keys = [1, 100, 1e6, 1e12, Infinity].map((delayMs) => stand.insert(`${delayMs}`, delayMs));
    expect(stand.poll()).toBe(Pending);
    stand.queue.clear();
    expect([stand.queue.size, stand.queue.peek(), stand.runtime.waker.wakes]).toEqual([0, null, 1]);
    expect([stand.poll(), stand.runtime.timers.size]).toEqual([End, 0]);
    stand.insert("new", 5);
    expect(keys.map((key) => stand.queue.remove(key))).toEqual(keys.map(() => false));
    stand.reset(keys[0], 3);
    expect(stand.queue.size).toBe(2);
    advanceBy(stand.runtime, 5);
    expect(stand.drain()).toEqual(["1", "new"]);
  });

  test("dropped, holds nothing", () => {
    const stand = new Stand();
    stand.insert("a", 10);
    stand.poll();
    stand.queue.drop();
    stand.queue.drop();
    advanceBy(stand.runtime, 10);
    expect([stand.queue.size, stand.runtime.timers.size, stand.runtime.waker.wakes]).toEqual([0, 0, 0]);
  });

  test("loses nothing when a wait is dropped after it was woken", () => {
    const stand = new Stand();
    stand.insert("a", 10);
    const wait = stand.queue.next();
    expect(stand.runtime.poll(wait)).toBe(Pending);
    advanceBy(stand.runtime, 10);
    wait.drop();
    expect(stand.runtime.timers.size).toBe(0);
    expect(stand.poll()).toBe("a");
  });

  test("holds what never comes out without an error", () => {
    const stand = new Stand();
    const key = stand.insert("never", Infinity);
    stand.insert("hardly", Number.MAX_VALUE);
    expect(stand.poll()).toBe(Pending);
    advanceBy(stand.runtime, 1e15);
    expect([stand.poll(), stand.queue.size]).toEqual([Pending, 2]);
    expect(stand.queue.remove(key)).toBe(true);
  });

  test("with much that is due lets other tasks run", () => {
    const stand = new Stand();
    for (let i = 0; i < 3 * COOPERATIVE_BUDGET; i++) stand.insert(`${i}`, 0);
    let count = 0;
    stand.runtime.spawn(
      asyncFn(function* () {
        while ((yield* stand.queue.next()) !== End) count++;
      })(),
    );
    stand.runtime.step();
    expect(count).toBe(COOPERATIVE_BUDGET);
    stand.runtime.settle();
    expect(count).toBe(3 * COOPERATIVE_BUDGET);
  });

  test("says what is wrong with a delay, a moment, a key and a place", () => {
    const stand = new Stand();
    const key = stand.insert("a", 1);
    expect(() => stand.insert("a", -1)).toThrow("DelayQueue.insert expects a duration of at least 0 ms");
    expect(() => stand.queue.insertAt("a", Number.NaN)).toThrow(RangeError);
    expect(() => stand.reset(key, Number.NaN)).toThrow(RangeError);
    expect(() => stand.queue.resetAt(key, Number.NaN)).toThrow(RangeError);
    expect(() => new DelayQueue<string>().remove(key)).toThrow(TypeError);
    expect(() => new DelayQueue().insert(1, 1)).toThrow(AwaitOutsidePollError);
    expect(stand.queue.size).toBe(1);
  });

  test("feeds one task while others insert, in the order of time", () => {
    const runtime = new HandDriven();
    const queue = new DelayQueue<string>();
    const seen: string[] = [];
    runtime.spawn(
      asyncFn(function* () {
        queue.insert("start", 0);
        for (let item = yield* queue.next(); item !== End; item = yield* queue.next()) {
          seen.push(`${item.value} at ${runtime.clock.nowMs()}`);
          if (item.value === "start") queue.insert("hour", 3_600_000);
        }
      })(),
    );
    runtime.spawn(
      asyncFn(function* () {
        yield* sleep(1000);
        queue.insert("minute", 60_000);
      })(),
    );
    runToEnd(runtime);
    expect(seen).toEqual(["start at 0", "minute at 61000", "hour at 3600000"]);
  });

  test("agrees with a sorted list under any insertions, removals, resets and jumps of the clock", () => {
    const delayMs = fc.oneof(fc.nat(100), fc.nat(10_000), fc.nat(10_000_000));
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("insert" as const), delayMs }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("reset" as const), which: fc.nat(30), delayMs }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("jump" as const), delayMs }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const stand = new Stand();
        const keys: Delayed<string>[] = [];
        let model: { value: string; atMs: number }[] = [];
        const put = (value: string, inMs: number): void => {
          model.push({ value, atMs: stand.runtime.clock.nowMs() + inMs });
          model.sort((a, b) => a.atMs - b.atMs);
        };
        let waits = false;
        let wokenFor = 0;
        for (const s of steps) {
          const key = "which" in s ? keys[s.which % Math.max(1, keys.length)] : undefined;
          if (s.kind === "insert") {
            keys.push(stand.insert(`${keys.length}`, s.delayMs));
            put(`${keys.length - 1}`, s.delayMs);
          } else if (s.kind === "jump") {
            advanceBy(stand.runtime, s.delayMs);
          } else if (s.kind === "take") {
            wokenFor = stand.runtime.waker.wakes;
            const item = stand.poll();
            waits = item === Pending;
            const first = model.at(0);
            if (first === undefined) expect(item).toBe(End);
            else if (first.atMs > stand.runtime.clock.nowMs()) expect(item).toBe(Pending);
            else expect(item).toBe(model.shift()?.value);
          } else if (key !== undefined) {
            const pending = model.some((entry) => entry.value === key.value);
            model = model.filter((entry) => entry.value !== key.value);
            if (s.kind === "remove") expect(stand.queue.remove(key)).toBe(pending);
            else {
              stand.reset(key, s.delayMs);
              put(key.value, s.delayMs);
            }
          }
          // Somebody who waits for nothing any more, or for what is due, has been woken.
          const due = model.length === 0 || model[0].atMs <= stand.runtime.clock.nowMs();
          stand.runtime.timers.fire();
          if (waits && due) expect(stand.runtime.waker.wakes).toBeGreaterThan(wokenFor);
          expect(stand.queue.size).toBe(model.length);
          expect(stand.queue.peek()?.value).toBe(model.at(0)?.value);
        }
      }),
      { numRuns: 500 },
    );
  });
});
