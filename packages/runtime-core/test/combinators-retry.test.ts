import { describe, expect, test } from "vitest";
import { retry, type RetryOptions } from "../src/combinators/index.ts";
import { type Future, lazy, Pending, ready } from "../src/future/index.ts";
import { timeout } from "../src/time/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";

/** Fails in all attempts before number `succeeds`, and logs the time of each. */
function unreliable(runtime: HandDriven, succeeds: number, atMs: number[]): (attempt: number) => Future<number> {
  return (attempt) =>
    lazy(() => {
      atMs.push(runtime.clock.nowMs());
      if (attempt < succeeds) throw new Error(`attempt ${attempt} failed`);
      return attempt;
    });
}

/** Runs to the end, skipping from timer to timer. */
function runToEnd<T>(runtime: HandDriven, future: Future<T>): T {
  const task = runtime.spawn(future);
  for (runtime.settle(); !task.isFinished; runtime.settle()) {
    runtime.clock.skipTo(runtime.timers.nextDeadlineMs());
    runtime.timers.fire();
  }
  try {
    return runtime.poll(task) as T;
  } catch (error) {
    // The join handle wraps what the task threw.
    throw (error as Error).cause;
  }
}

/** The waits between `attempts` attempts that all fail. */
function waits(options: Omit<RetryOptions, "attempts">, attempts: number): number[] {
  const runtime = new HandDriven();
  const atMs: number[] = [];
  const failing = retry(unreliable(runtime, Infinity, atMs), { attempts, ...options });
  expect(() => runToEnd(runtime, failing)).toThrow(`attempt ${attempts} failed`);
  return atMs.slice(1).map((ms, i) => ms - atMs[i]);
}

describe("retry", () => {
  test("returns the first value, after as many attempts as it takes", () => {
    const runtime = new HandDriven();
    const atMs: number[] = [];
    expect(runToEnd(runtime, retry(unreliable(runtime, 3, atMs), { attempts: 5 }))).toBe(3);
    expect(atMs).toHaveLength(3);
  });

  test("does nothing before it is polled", () => {
    let made = 0;
    retry(() => ready(++made), { attempts: 1 }).drop();
    expect(made).toBe(0);
  });

  test("throws the error of the last attempt when all are used up", () => {
    const runtime = new HandDriven();
    const atMs: number[] = [];
    const failing = retry(unreliable(runtime, Infinity, atMs), { attempts: 3 });
    expect(() => runToEnd(runtime, failing)).toThrow("attempt 3 failed");
    expect(atMs).toHaveLength(3);
  });

  test("gives up at an error that is not worth another attempt", () => {
    const runtime = new HandDriven();
    const atMs: number[] = [];
    const asked: unknown[] = [];
    const failing = retry(unreliable(runtime, Infinity, atMs), {
      attempts: 10,
      retryIf: (error, attempt) => {
        asked.push([(error as Error).message, attempt]);
        return attempt < 2;
      },
    });
    expect(() => runToEnd(runtime, failing)).toThrow("attempt 2 failed");
    expect(asked).toEqual([
      ["attempt 1 failed", 1],
      ["attempt 2 failed", 2],
    ]);
  });

  test("also takes what is thrown while an attempt is made for a failure", () => {
    const runtime = new HandDriven();
    const future = retry(
      (attempt) => {
        if (attempt === 1) throw new Error("not even begun");
        return ready(attempt);
      },
      { attempts: 2 },
    );
    expect(runToEnd(runtime, future)).toBe(2);
  });

  test("waits twice as long each time, or by another factor, up to the cap", () => {
    expect(waits({ delayMs: 100, jitter: "none" }, 5)).toEqual([100, 200, 400, 800]);
    expect(waits({ delayMs: 100, jitter: "none", factor: 3, maxDelayMs: 500 }, 5)).toEqual([100, 300, 500, 500]);
    expect(waits({ delayMs: 100, jitter: "none", factor: 1 }, 4)).toEqual([100, 100, 100]);
    expect(waits({ delayMs: 1000, jitter: "none", maxDelayMs: 50 }, 3)).toEqual([50, 50]);
  });

  test("waits for a random part of that: all of it with full jitter, the second half with equal jitter", () => {
    const base = { delayMs: 1000, factor: 1 };
    const full = waits(base, 500);
    const equal = waits({ ...base, jitter: "equal" }, 500);
    // A timer never fires early, and later by less than a millisecond.
    for (const [sample, lowest] of [
      [full, 0],
      [equal, 500],
    ] as const) {
      expect(Math.min(...sample)).toBeGreaterThanOrEqual(lowest);
      expect(Math.min(...sample)).toBeLessThan(lowest + (1000 - lowest) / 10);
      expect(Math.max(...sample)).toBeLessThanOrEqual(1001);
      expect(Math.max(...sample)).toBeGreaterThan(1000 - (1000 - lowest) / 10);
    }
  });

  test("waits the same on every run with the same seed", () => {
    expect(waits({ delayMs: 1000 }, 10)).toEqual(waits({ delayMs: 1000 }, 10));
  });

  test("waits no longer than the cap however many attempts there were", () => {
    const runtime = new HandDriven();
    const atMs: number[] = [];
    const future = retry(unreliable(runtime, 1200, atMs), {
      attempts: Infinity,
      delayMs: 1,
      maxDelayMs: 10,
      jitter: "none",
    });
    expect(runToEnd(runtime, future)).toBe(1200);
    expect(atMs[1199] - atMs[1198]).toBe(10);
  });

  test("lets other tasks run between attempts that fail at once", () => {
    const runtime = new HandDriven();
    const atMs: number[] = [];
    runtime.spawn(retry(unreliable(runtime, Infinity, atMs), { attempts: Infinity }));
    runtime.step();
    expect(runtime.queue).toHaveLength(1);
    const soFar = atMs.length;
    runtime.step();
    expect(atMs.length).toBeGreaterThan(soFar);
  });

  test("takes limits on one attempt and on all of them", () => {
    const runtime = new HandDriven();
    const stuck: Controlled<number>[] = [];
    const attemptOnce = (): Future<number> => {
      const attempt = new Controlled<number>();
      stuck.push(attempt);
      return timeout(100, attempt);
    };
    const future = timeout(250, retry(attemptOnce, { attempts: 10 }));
    expect(() => runToEnd(runtime, future)).toThrow("not finished within 250 ms");
    expect(stuck.map((attempt) => attempt.drops)).toEqual([1, 1, 1]);
    expect(runtime.timers.size).toBe(0);
  });

  test("refuses options out of their bounds", () => {
    for (const wrong of [
      { attempts: 0 },
      { attempts: 1.5 },
      { attempts: Number.NaN },
      { attempts: 1, delayMs: -1 },
      { attempts: 1, factor: 0.5 },
      { attempts: 1, maxDelayMs: Number.NaN },
    ]) {
      expect(thrownBy(() => retry(() => ready(1), wrong))).toBeInstanceOf(RangeError);
    }
    expect(new HandDriven().poll(retry(() => ready(1), { attempts: 1 }))).not.toBe(Pending);
  });
});
