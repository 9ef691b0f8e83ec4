import { describe, expect, test } from "vitest";
import { asyncFn, COOPERATIVE_BUDGET, Pending, PolledAfterCompletionError } from "../src/future/index.ts";
import { enter } from "../src/task/index.ts";
import { Instant, type Interval, interval, intervalAt, type MissedTickBehavior } from "../src/time/index.ts";
import { HandDriven } from "./support/bench-stand.ts";
import { advanceBy, runToEnd } from "./support/time.ts";

/** For when the tick was due, or null if none is. */
function poll(runtime: HandDriven, ticks: Interval): number | null {
  const due = runtime.poll(ticks.tick());
  return due === Pending ? null : due.atMs;
}

/** The ticks that are taken at the given times: [taken at, due at]; a time at which there is none is left out. */
function taken(runtime: HandDriven, ticks: Interval, atMs: readonly number[]): [number, number][] {
  const result: [number, number][] = [];
  for (const nowMs of atMs) {
    advanceBy(runtime, nowMs - runtime.clock.nowMs());
    const dueMs = poll(runtime, ticks);
    if (dueMs !== null) result.push([nowMs, dueMs]);
  }
  return result;
}

describe("an interval", () => {
  test("ticks at once, then after each period", () => {
    const runtime = new HandDriven();
    const ticks = interval(10);
    expect(taken(runtime, ticks, [0, 0, 9.5, 10, 15, 20, 29, 30])).toEqual([
      [0, 0],
      [10, 10],
      [20, 20],
      [30, 30],
    ]);
  });

  test("counts from its creation inside a runtime, and from its first poll when made outside", () => {
    const runtime = new HandDriven();
    const inside = enter(runtime.context, () => interval(10));
    const outside = interval(10);
    advanceBy(runtime, 4);
    expect([poll(runtime, inside), poll(runtime, outside)]).toEqual([0, 4]);
    advanceBy(runtime, 6);
    expect([poll(runtime, inside), poll(runtime, outside)]).toEqual([10, null]);
  });

  test("wakes whoever waits, once for each tick", () => {
    const runtime = new HandDriven();
    const ticks = intervalAt(5, 10);
    for (let count = 1; count <= 3; count++) {
      const wait = ticks.tick();
      expect(runtime.poll(wait)).toBe(Pending);
      advanceBy(runtime, count === 1 ? 5 : 10);
      expect(runtime.waker.wakes).toBe(count);
      expect(runtime.poll(wait)).toEqual(new Instant(10 * count - 5));
      expect(() => runtime.poll(wait)).toThrow(PolledAfterCompletionError);
    }
  });

  test("starts at a given moment, also one in the past", () => {
    const runtime = new HandDriven();
    advanceBy(runtime, 100);
    expect(taken(runtime, intervalAt(new Instant(130), 10), [100, 129, 130, 140])).toEqual([
      [130, 130],
      [140, 140],
    ]);
    expect(taken(runtime, intervalAt(115, 10), [140, 140, 140, 140])).toEqual([
      [140, 115],
      [140, 125],
      [140, 135],
    ]);
  });

  test("loses no tick when a wait is dropped, before it or after it was woken", () => {
    const runtime = new HandDriven();
    const ticks = intervalAt(10, 10);
    for (const durationMs of [5, 5]) {
      const wait = ticks.tick();
      runtime.poll(wait);
      advanceBy(runtime, durationMs);
      wait.drop();
      expect(runtime.timers.size).toBe(0);
    }
    expect(runtime.waker.wakes).toBe(1);
    expect(poll(runtime, ticks)).toBe(10);
  });

  test("keeps its distances in real use", () => {
    const runtime = new HandDriven();
    const seen: number[] = [];
    runtime.spawn(
      asyncFn(function* () {
        using ticks = interval(250.5);
        for (let count = 0; count < 5; count++) seen.push((yield* ticks.tick()).atMs);
      })(),
    );
    runToEnd(runtime);
    expect(seen).toEqual([0, 250.5, 501, 751.5, 1002]);
    expect(runtime.timers.size).toBe(0);
  });

  test("that catches up with a million missed ticks lets others run", () => {
    const runtime = new HandDriven();
    const ticks = enter(runtime.context, () => interval(1));
    advanceBy(runtime, 1e6);
    let count = 0;
    runtime.spawn(
      asyncFn(function* () {
        for (; count < 2 * COOPERATIVE_BUDGET; count++) yield* ticks.tick();
      })(),
    );
    runtime.step();
    expect(count).toBe(COOPERATIVE_BUDGET);
  });

  test.each([0, -1, Number.NaN])("refuses a period of %d", (periodMs) => {
    expect(() => interval(periodMs)).toThrow("an interval expects a period above 0 ms");
    expect(() => intervalAt(5, periodMs)).toThrow(RangeError);
  });

  test.each([Infinity, Number.MAX_VALUE])("with a period of %d ticks once", (periodMs) => {
    for (const missedTickBehavior of ["burst", "delay", "skip"] as const) {
      const runtime = new HandDriven();
      const ticks = enter(runtime.context, () => interval(periodMs));
      ticks.missedTickBehavior = missedTickBehavior;
      expect(taken(runtime, ticks, [100, 1000, 1e15])).toEqual([[100, 0]]);
    }
  });

  test("dropped, leaves no timer and cannot be polled", () => {
    const runtime = new HandDriven();
    const ticks = intervalAt(5, 5);
    const wait = ticks.tick();
    runtime.poll(wait);
    ticks.drop();
    ticks.drop();
    expect(runtime.timers.size).toBe(0);
    expect(() => runtime.poll(wait)).toThrow(PolledAfterCompletionError);
    advanceBy(runtime, 10);
    expect(runtime.waker.wakes).toBe(0);
  });
});

describe("ticks that were missed", () => {
  // Every 300 ms; the tick of 300 is taken at 1000, and from then on as soon as there is one, looking every 50 ms.
  function afterDelay(missedTickBehavior: MissedTickBehavior): [number, number][] {
    const runtime = new HandDriven();
    const ticks = interval(300);
    ticks.missedTickBehavior = missedTickBehavior;
    const looks = [0, 1000, ...Array.from({ length: 17 }, (_, i) => 1000 + 50 * i)];
    return taken(runtime, ticks, looks);
  }

  test("come at once in a burst", () => {
    expect(afterDelay("burst")).toEqual([
      [0, 0],
      [1000, 300],
      [1000, 600],
      [1050, 900],
      [1200, 1200],
      [1500, 1500],
      [1800, 1800],
    ]);
  });

  test("are left out by delay, and the next period counts from the late one", () => {
    expect(afterDelay("delay")).toEqual([
      [0, 0],
      [1000, 300],
      [1300, 1300],
      [1600, 1600],
    ]);
  });

  test("are left out by skip, which keeps to the times it would have had", () => {
    expect(afterDelay("skip")).toEqual([
      [0, 0],
      [1000, 300],
      [1200, 1200],
      [1500, 1500],
      [1800, 1800],
    ]);
  });

  test("were not missed if they are taken within 5 ms, whatever is to be done about missed ones", () => {
    for (const missedTickBehavior of ["burst", "delay", "skip"] as const) {
      const runtime = new HandDriven();
      const ticks = interval(100);
      ticks.missedTickBehavior = missedTickBehavior;
      expect(taken(runtime, ticks, [0, 105, 199, 204, 300])).toEqual([
        [0, 0],
        [105, 100],
        [204, 200],
        [300, 300],
      ]);
    }
  });
});

describe("an interval that is reset", () => {
  function ticking(): { runtime: HandDriven; ticks: Interval } {
    const runtime = new HandDriven();
    const ticks = interval(300);
    expect(taken(runtime, ticks, [0, 300])).toEqual([
      [0, 0],
      [300, 300],
    ]);
    advanceBy(runtime, 100);
    return { runtime, ticks };
  }

  test("ticks one period from then", () => {
    const { runtime, ticks } = ticking();
    enter(runtime.context, () => ticks.reset());
    expect(taken(runtime, ticks, [600, 699, 700, 1000])).toEqual([
      [700, 700],
      [1000, 1000],
    ]);
  });

  test("immediately, ticks at once and one period from then", () => {
    const { runtime, ticks } = ticking();
    enter(runtime.context, () => ticks.resetImmediately());
    expect(taken(runtime, ticks, [400, 600, 700])).toEqual([
      [400, 400],
      [700, 700],
    ]);
  });

  test("after a time or at a moment, ticks then, also when that is longer than a period", () => {
    for (const reset of [(ticks: Interval) => ticks.resetAfter(500), (ticks: Interval) => ticks.resetAt(900)]) {
      const { runtime, ticks } = ticking();
      enter(runtime.context, () => reset(ticks));
      expect(taken(runtime, ticks, [600, 700, 899, 900, 1199, 1200])).toEqual([
        [900, 900],
        [1200, 1200],
      ]);
    }
  });

  test("while somebody waits, wakes them at the new time alone", () => {
    const { runtime, ticks } = ticking();
    const wait = ticks.tick();
    runtime.poll(wait);
    ticks.resetAt(1000);
    advanceBy(runtime, 599);
    expect(runtime.waker.wakes).toBe(0);
    advanceBy(runtime, 1);
    expect([runtime.waker.wakes, runtime.poll(wait)]).toEqual([1, new Instant(1000)]);
  });

  test("before it was ever in a runtime, counts from its first poll", () => {
    const runtime = new HandDriven();
    const ticks = interval(10);
    ticks.reset();
    advanceBy(runtime, 5);
    expect(taken(runtime, ticks, [5, 14, 15])).toEqual([[15, 15]]);
  });

  test("refuses what is not a duration or a moment", () => {
    expect(() => interval(1).resetAfter(-1)).toThrow(RangeError);
    expect(() => interval(1).resetAt(Number.NaN)).toThrow(RangeError);
  });
});
