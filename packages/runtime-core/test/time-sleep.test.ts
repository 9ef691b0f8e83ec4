import { describe, expect, test, vi } from "vitest";
import {
  asyncFn,
  AwaitOutsidePollError,
  COOPERATIVE_BUDGET,
  Pending,
  PolledAfterCompletionError,
} from "../src/future/index.ts";
import { enter } from "../src/task/index.ts";
import { Instant, PausedClock, type Sleep, sleep, sleepUntil } from "../src/time/index.ts";
import { CountingWaker, HandDriven } from "./support/bench-stand.ts";
import { advanceBy, OnClock, runToEnd } from "./support/time.ts";

/** A sleep that has been polled once and waits. */
function waitingSleep(runtime: HandDriven, durationMs: number): Sleep {
  const nap = sleep(durationMs);
  expect(runtime.poll(nap)).toBe(Pending);
  return nap;
}

describe("sleep", () => {
  test("is woken once, when its time has passed and not before", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 10);
    advanceBy(runtime, 9.75);
    expect(runtime.waker.wakes).toBe(0);
    advanceBy(runtime, 0.25);
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(nap)).toBe(undefined);
    expect(() => runtime.poll(nap)).toThrow(PolledAfterCompletionError);
  });

  test("of a fraction of a millisecond ends within a whole one and not early", () => {
    const runtime = new HandDriven();
    runtime.clock.advance(0.5);
    waitingSleep(runtime, 0.25);
    advanceBy(runtime, 0.25);
    expect(runtime.waker.wakes).toBe(0);
    advanceBy(runtime, 0.25);
    expect(runtime.waker.wakes).toBe(1);
  });

  test("counts from its creation inside a runtime, and from its first poll when made outside", () => {
    const runtime = new HandDriven();
    const inside = enter(runtime.context, () => sleep(10));
    const outside = sleep(10);
    advanceBy(runtime, 10);
    expect(runtime.poll(inside)).toBe(undefined);
    expect(runtime.poll(outside)).toBe(Pending);
    advanceBy(runtime, 10);
    expect(runtime.poll(outside)).toBe(undefined);
  });

  test("of 0 ms is ready at once and registers nothing", () => {
    const runtime = new HandDriven();
    expect(runtime.poll(sleep(0))).toBe(undefined);
    expect(runtime.poll(sleepUntil(-Infinity))).toBe(undefined);
    expect(runtime.timers.size).toBe(0);
  });

  test("on a clock that goes, reads it once, and is woken in the next turn if its time passed before it was polled", () => {
    let nowMs = 0;
    const nowMsSpy = vi.fn<() => number>(() => nowMs);
    const runtime = new OnClock({ nowMs: nowMsSpy });
    nowMsSpy.mockClear();
    const nap = enter(runtime.context, () => sleep(10));
    nowMs = 20;
    expect(runtime.poll(nap)).toBe(Pending);
    expect(nowMsSpy).toHaveBeenCalledTimes(1);
    expect(runtime.timers.nextDeadlineMs()).toBeLessThanOrEqual(nowMs);
    runtime.timers.fire();
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(nap)).toBe(undefined);
  });

  test("on a clock that goes, is ready at once for a time that the runtime has seen", () => {
    const runtime = new OnClock({ nowMs: () => 20 });
    expect(runtime.poll(sleep(0))).toBe(undefined);
    let nowMs = 20;
    const going = new OnClock({ nowMs: () => nowMs });
    nowMs = 30;
    expect(enter(going.context, () => Instant.now().atMs)).toBe(30);
    expect(going.poll(sleepUntil(30))).toBe(undefined);
    expect(going.timers.size).toBe(0);
  });

  test("polled again before its time, does not wake and is still registered once", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 10);
    for (let polls = 0; polls < 3; polls++) expect(runtime.poll(nap)).toBe(Pending);
    expect([runtime.waker.wakes, runtime.timers.size]).toEqual([0, 1]);
  });

  test("dropped, leaves the timers at once and is never woken", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 5);
    expect(runtime.timers.size).toBe(1);
    nap.drop();
    expect(runtime.timers.size).toBe(0);
    advanceBy(runtime, 10);
    expect(runtime.waker.wakes).toBe(0);
    expect(() => runtime.poll(nap)).toThrow(PolledAfterCompletionError);
  });

  test("dropped by the wake of another that fires in the same turn, is not woken", () => {
    const runtime = new HandDriven();
    const first = sleep(5);
    const second = sleep(5);
    runtime.context.waker = { wake: () => second.drop() };
    first.poll(runtime.context);
    const waker = new CountingWaker();
    runtime.context.waker = waker;
    second.poll(runtime.context);
    advanceBy(runtime, 5);
    expect([waker.wakes, runtime.timers.size]).toEqual([0, 0]);
  });

  test("wakes the waker of the latest poll", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 5);
    const other = new CountingWaker();
    runtime.context.waker = other;
    nap.poll(runtime.context);
    advanceBy(runtime, 5);
    expect([runtime.waker.wakes, other.wakes]).toEqual([0, 1]);
  });

  test("refuses a duration that is negative or not a number", () => {
    expect(() => sleep(-1)).toThrow("sleep expects a duration of at least 0 ms, but was given -1");
    expect(() => sleep(Number.NaN)).toThrow(RangeError);
    expect(() => sleepUntil(Number.NaN)).toThrow(RangeError);
    expect(() => sleep(1).reset(Number.NaN)).toThrow(RangeError);
    expect(() => sleep(1).resetAfter(-1)).toThrow(RangeError);
  });

  test.each([Infinity, Number.MAX_VALUE, 2 ** 53, 2 ** 36])(
    "of %d ms waits without an error and can be dropped",
    (durationMs) => {
      const runtime = new HandDriven();
      runtime.clock.advance(0.5);
      const nap = waitingSleep(runtime, durationMs);
      advanceBy(runtime, 1e9);
      expect(runtime.waker.wakes).toBe(0);
      nap.drop();
      expect(runtime.timers.size).toBe(0);
    },
  );

  test("lets other tasks run between sleeps that are over, though it takes no time", () => {
    const runtime = new HandDriven();
    let slept = 0;
    runtime.spawn(
      asyncFn(function* () {
        while (slept < 3 * COOPERATIVE_BUDGET) {
          yield* sleep(0);
          slept++;
        }
      })(),
    );
    runtime.step();
    expect([slept, runtime.queue.length]).toEqual([COOPERATIVE_BUDGET, 1]);
    runtime.settle();
    expect(slept).toBe(3 * COOPERATIVE_BUDGET);
  });

  test("of many lengths, each ends in its turn and at its time", () => {
    const runtime = new HandDriven();
    const ended: number[] = [];
    const napper = asyncFn(function* (durationMs: number) {
      yield* sleep(durationMs);
      expect(runtime.clock.nowMs()).toBe(durationMs);
      ended.push(durationMs);
    });
    const durationsMs = Array.from({ length: 500 }, (_, i) => ((i * 7919) % 500) ** 3);
    for (const durationMs of durationsMs) runtime.spawn(napper(durationMs));
    runToEnd(runtime);
    expect(ended).toEqual(durationsMs.toSorted((a, b) => a - b));
  });
});

describe("a sleep that is reset", () => {
  test("before it fires, waits for the new deadline alone, without being polled", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 10);
    nap.reset(30);
    expect(runtime.timers.size).toBe(1);
    advanceBy(runtime, 29);
    expect(runtime.waker.wakes).toBe(0);
    advanceBy(runtime, 1);
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(nap)).toBe(undefined);
  });

  test("to an earlier moment, ends then", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 1000);
    nap.reset(new Instant(5));
    advanceBy(runtime, 5);
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(nap)).toBe(undefined);
  });

  test("to the past, is woken in the next turn", () => {
    const runtime = new HandDriven();
    advanceBy(runtime, 50);
    const nap = waitingSleep(runtime, 1000);
    nap.reset(20);
    expect(runtime.timers.nextDeadlineMs()).toBeLessThanOrEqual(50);
    runtime.timers.fire();
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(nap)).toBe(undefined);
  });

  test("before its first poll, counts from the reset", () => {
    const runtime = new HandDriven();
    const nap = sleep(10);
    nap.reset(3);
    advanceBy(runtime, 3);
    expect(runtime.poll(nap)).toBe(undefined);
    const outside = sleep(10);
    outside.resetAfter(20);
    expect(runtime.poll(outside)).toBe(Pending);
    advanceBy(runtime, 19);
    expect(runtime.poll(outside)).toBe(Pending);
    advanceBy(runtime, 1);
    expect(runtime.poll(outside)).toBe(undefined);
  });

  test("by a duration while it waits, counts from then, also when that is not in a poll", () => {
    const runtime = new HandDriven();
    waitingSleep(runtime, 10);
    const nap = waitingSleep(runtime, 10);
    advanceBy(runtime, 5);
    nap.resetAfter(20);
    advanceBy(runtime, 19);
    expect(runtime.waker.wakes).toBe(1);
    advanceBy(runtime, 1);
    expect(runtime.waker.wakes).toBe(2);
  });

  test("after it has fired, waits again from the next poll on", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 10);
    advanceBy(runtime, 10);
    nap.resetAfter(10);
    expect(nap.isElapsed).toBe(false);
    expect(runtime.poll(nap)).toBe(Pending);
    advanceBy(runtime, 10);
    expect([runtime.waker.wakes, runtime.poll(nap)]).toEqual([2, undefined]);
  });

  test("after it was over, can be awaited again", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 10);
    for (let round = 1; round <= 3; round++) {
      advanceBy(runtime, 10);
      expect(runtime.poll(nap)).toBe(undefined);
      expect(() => runtime.poll(nap)).toThrow(PolledAfterCompletionError);
      nap.resetAfter(10);
      expect(runtime.poll(nap)).toBe(Pending);
      expect(nap.deadline.atMs).toBe(10 * round + 10);
    }
  });

  test("and dropped afterwards, leaves no timer", () => {
    const runtime = new HandDriven();
    const nap = waitingSleep(runtime, 10);
    nap.reset(100);
    advanceBy(runtime, 100);
    nap.reset(200);
    runtime.poll(nap);
    nap.drop();
    expect(runtime.timers.size).toBe(0);
    advanceBy(runtime, 100);
    expect(runtime.waker.wakes).toBe(1);
  });
});

describe("a sleep tells", () => {
  test("whether it has elapsed", () => {
    const runtime = new HandDriven();
    const nap = sleep(50);
    expect(nap.isElapsed).toBe(false);
    runtime.poll(nap);
    expect(nap.isElapsed).toBe(false);
    advanceBy(runtime, 50);
    expect(nap.isElapsed).toBe(true);
    runtime.poll(nap);
    nap.drop();
    expect(nap.isElapsed).toBe(true);
    const dropped = waitingSleep(runtime, 1);
    dropped.drop();
    expect(dropped.isElapsed).toBe(false);
  });

  test("its deadline, once it has one", () => {
    const runtime = new HandDriven();
    runtime.clock.advance(5);
    expect(sleepUntil(7).deadline.atMs).toBe(7);
    expect(enter(runtime.context, () => sleep(7)).deadline.atMs).toBe(12);
    const outside = sleep(7);
    expect(() => outside.deadline).toThrow(/no deadline before its first poll/);
    runtime.poll(outside);
    expect(outside.deadline.atMs).toBe(12);
  });
});

describe("an instant", () => {
  test("is a moment of the runtime's clock", () => {
    const runtime = new HandDriven();
    runtime.clock.advance(5);
    const start = enter(runtime.context, () => Instant.now());
    runtime.clock.advance(2.5);
    expect([start.atMs, enter(runtime.context, () => start.elapsedMs())]).toEqual([5, 2.5]);
    expect(() => Instant.now()).toThrow(AwaitOutsidePollError);
  });

  test("is moved by durations and compares", () => {
    const instant = new Instant(100);
    expect([instant.add(5).atMs, instant.sub(5).atMs]).toEqual([105, 95]);
    expect(instant < instant.add(1)).toBe(true);
    expect(instant >= instant.add(1)).toBe(false);
    expect(() => new Instant(Number.NaN)).toThrow(RangeError);
  });

  test("is never a negative time after another", () => {
    const [early, late] = [new Instant(1), new Instant(4)];
    expect([late.durationSinceMs(early), early.durationSinceMs(late)]).toEqual([3, 0]);
    const never = new Instant(Infinity);
    expect([never.durationSinceMs(never), never.durationSinceMs(early)]).toEqual([0, Infinity]);
  });

  test("says when a sleep is to end", () => {
    const runtime = new HandDriven();
    const nap = enter(runtime.context, () => sleepUntil(Instant.now().add(10)));
    expect(runtime.poll(nap)).toBe(Pending);
    advanceBy(runtime, 10);
    expect(runtime.poll(nap)).toBe(undefined);
  });
});

test("a paused clock never goes back", () => {
  const clock = new PausedClock();
  clock.advance(10);
  clock.skipTo(5);
  expect(clock.nowMs()).toBe(10);
  for (const durationMs of [-1, Number.NaN, Infinity]) expect(() => clock.advance(durationMs)).toThrow(RangeError);
});
