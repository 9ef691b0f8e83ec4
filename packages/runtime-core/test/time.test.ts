import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  COOPERATIVE_BUDGET,
  Pending,
  pending,
  PolledAfterCompletionError,
  pollFn,
  ready,
} from "../src/future/index.ts";
import { enter } from "../src/task/index.ts";
import { ElapsedError, PausedClock, sleep, sleepUntil, timeout, Timers, type TimerEntry } from "../src/time/index.ts";
import { Controlled, CountingWaker, HandDriven, thrownBy } from "./support/bench-stand.ts";

/** Advances the clock and fires what is due. */
function advance(runtime: HandDriven, durationMs: number): void {
  runtime.clock.advance(durationMs);
  runtime.timers.fire();
}

describe("sleep", () => {
  test("is woken once, when its time has passed and not before", () => {
    const runtime = new HandDriven();
    const nap = sleep(10);
    expect(runtime.poll(nap)).toBe(Pending);
    advance(runtime, 9.75);
    expect(runtime.waker.wakes).toBe(0);
    advance(runtime, 0.25);
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(nap)).toBe(undefined);
    expect(() => runtime.poll(nap)).toThrow(PolledAfterCompletionError);
  });

  test("counts from its creation inside a runtime, and from its first poll when made outside", () => {
    const runtime = new HandDriven();
    const inside = enter(runtime.context, () => sleep(10));
    const outside = sleep(10);
    advance(runtime, 10);
    expect(runtime.poll(inside)).toBe(undefined);
    expect(runtime.poll(outside)).toBe(Pending);
    advance(runtime, 10);
    expect(runtime.poll(outside)).toBe(undefined);
  });

  test("of 0 ms is ready at once and registers nothing", () => {
    const runtime = new HandDriven();
    expect(runtime.poll(sleep(0))).toBe(undefined);
    expect(runtime.timers.size).toBe(0);
  });

  test("dropped, leaves the timers at once and is never woken", () => {
    const runtime = new HandDriven();
    const nap = sleep(5);
    runtime.poll(nap);
    expect(runtime.timers.size).toBe(1);
    nap.drop();
    expect(runtime.timers.size).toBe(0);
    advance(runtime, 10);
    expect(runtime.waker.wakes).toBe(0);
  });

  test("wakes the waker of the latest poll", () => {
    const runtime = new HandDriven();
    const nap = sleep(5);
    runtime.poll(nap);
    const other = new CountingWaker();
    runtime.context.waker = other;
    nap.poll(runtime.context);
    advance(runtime, 5);
    expect([runtime.waker.wakes, other.wakes]).toEqual([0, 1]);
  });

  test("refuses a duration that is negative or not a number", () => {
    expect(() => sleep(-1)).toThrow(RangeError);
    expect(() => sleep(Number.NaN)).toThrow(RangeError);
    expect(() => sleepUntil(Number.NaN)).toThrow(RangeError);
  });

  test("of infinite length waits without an error and can be dropped", () => {
    const runtime = new HandDriven();
    const nap = sleep(Infinity);
    expect(runtime.poll(nap)).toBe(Pending);
    advance(runtime, 1e9);
    expect(runtime.waker.wakes).toBe(0);
    nap.drop();
    expect(runtime.timers.size).toBe(0);
  });
});

describe("timeout", () => {
  test("returns the value of a future that makes it, and leaves no timer", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<number>();
    const limited = timeout(10, inner);
    runtime.poll(limited);
    inner.complete(4);
    expect(runtime.poll(limited)).toBe(4);
    expect([runtime.timers.size, inner.drops]).toEqual([0, 0]);
  });

  test("drops one that does not, once, and throws", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<number>();
    const limited = timeout(10, inner);
    runtime.poll(limited);
    advance(runtime, 10);
    const error = thrownBy(() => runtime.poll(limited));
    expect(error).toBeInstanceOf(ElapsedError);
    expect(String(error)).toMatch(/10 ms/);
    expect([inner.polls, inner.drops]).toEqual([2, 1]);
    limited.drop();
    expect(inner.drops).toBe(1);
  });

  test("prefers a future that is ready at the deadline", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<string>();
    const limited = timeout(10, inner);
    runtime.poll(limited);
    runtime.clock.advance(10);
    inner.complete("just in time");
    expect(runtime.poll(limited)).toBe("just in time");
  });

  test("of 0 ms still polls the future once", () => {
    const runtime = new HandDriven();
    expect(runtime.poll(timeout(0, ready(1)))).toBe(1);
    expect(() => runtime.poll(timeout(0, pending()))).toThrow(ElapsedError);
  });

  test("ends a future that uses up the budget in every poll", () => {
    const runtime = new HandDriven();
    const greedy = timeout(
      5,
      pollFn((cx) => {
        cx.budget = 0;
        cx.exhausted();
        return Pending;
      }),
    );
    expect(runtime.poll(greedy)).toBe(Pending);
    advance(runtime, 5);
    runtime.context.budget = COOPERATIVE_BUDGET;
    expect(() => runtime.poll(greedy)).toThrow(ElapsedError);
  });

  test("lets the future's own error through and leaves no timer", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<void>();
    const limited = timeout(10, inner);
    runtime.poll(limited);
    inner.fail(new Error("own"));
    expect(() => runtime.poll(limited)).toThrow("own");
    expect(runtime.timers.size).toBe(0);
  });
});

describe("the timers", () => {
  test("agree with a sorted list under any insertions, removals and advances", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("insert" as const), inMs: fc.nat(50) }),
      fc.record({ kind: fc.constant("remove" as const), which: fc.nat(30) }),
      fc.record({ kind: fc.constant("advance" as const), byMs: fc.nat(20) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const clock = new PausedClock();
        const timers = new Timers(clock);
        const fired: number[] = [];
        const entries: TimerEntry[] = [];
        let model: { id: number; deadlineMs: number }[] = [];
        const expected: number[] = [];
        for (const s of steps) {
          if (s.kind === "insert") {
            const id = entries.length;
            const deadlineMs = clock.nowMs() + s.inMs;
            const entry = {
              deadlineMs,
              waker: { wake: () => void fired.push(id) },
              place: -1,
              previous: null,
              following: null,
            };
            entries.push(entry);
            timers.insert(entry);
            model.push({ id, deadlineMs });
          } else if (s.kind === "remove") {
            const id = s.which % Math.max(1, entries.length);
            if (entries[id] !== undefined) timers.remove(entries[id]);
            model = model.filter((entry) => entry.id !== id);
          } else {
            clock.advance(s.byMs);
            timers.fire();
            const due = model.filter((entry) => entry.deadlineMs <= clock.nowMs());
            due.sort((a, b) => a.deadlineMs - b.deadlineMs || a.id - b.id);
            expected.push(...due.map((entry) => entry.id));
            model = model.filter((entry) => entry.deadlineMs > clock.nowMs());
          }
          expect(timers.size).toBe(model.length);
          expect(timers.nextDeadlineMs()).toBe(Math.min(Infinity, ...model.map((entry) => entry.deadlineMs)));
        }
        expect(fired).toEqual(expected);
      }),
    );
  });

  test("one that keeps coming back with a deadline in the past does not starve the others", () => {
    const clock = new PausedClock();
    const timers = new Timers(clock);
    const again = (): void =>
      timers.insert({ deadlineMs: -1, waker: { wake: again }, place: -1, previous: null, following: null });
    again();
    const other = new CountingWaker();
    timers.insert({ deadlineMs: 0, waker: other, place: -1, previous: null, following: null });
    timers.fire();
    expect(other.wakes).toBe(1);
  });

  test("one that is inserted while others fire waits for the next round", () => {
    const clock = new PausedClock();
    const timers = new Timers(clock);
    let fired = 0;
    const again = (): void => {
      fired++;
      timers.insert({ deadlineMs: 0, waker: { wake: again }, place: -1, previous: null, following: null });
    };
    timers.insert({ deadlineMs: 0, waker: { wake: again }, place: -1, previous: null, following: null });
    timers.fire();
    expect(fired).toBe(1);
    timers.fire();
    expect(fired).toBe(2);
  });
});
