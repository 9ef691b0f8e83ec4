import { describe, expect, test } from "vitest";
import { asyncFn, COOPERATIVE_BUDGET, Pending, pending, pollFn, ready } from "../src/future/index.ts";
import { enter } from "../src/task/index.ts";
import { ElapsedError, Instant, timeout, timeoutAt } from "../src/time/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";
import { advanceBy } from "./support/time.ts";

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
    advanceBy(runtime, 10);
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
    advanceBy(runtime, 5);
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

describe("a timeout", () => {
  test("lets other tasks run when it is over at once, again and again", () => {
    const runtime = new HandDriven();
    let elapsed = 0;
    runtime.spawn(
      asyncFn(function* () {
        while (elapsed < 2 * COOPERATIVE_BUDGET) {
          try {
            yield* timeout(0, pending());
          } catch {
            elapsed++;
          }
        }
      })(),
    );
    runtime.step();
    expect(elapsed).toBe(COOPERATIVE_BUDGET);
    runtime.settle();
    expect(elapsed).toBe(2 * COOPERATIVE_BUDGET);
  });

  test("returns the value of a future that is ready, though the limit has long passed", () => {
    const runtime = new HandDriven();
    const limited = enter(runtime.context, () => timeout(10, ready("late but there")));
    advanceBy(runtime, 1000);
    expect(runtime.poll(limited)).toBe("late but there");
  });

  test("counts from its creation inside a runtime", () => {
    const runtime = new HandDriven();
    const limited = enter(runtime.context, () => timeout(10, pending()));
    runtime.clock.advance(10);
    expect(() => runtime.poll(limited)).toThrow(ElapsedError);
  });

  test.each([Infinity, Number.MAX_VALUE])("of %d ms is no limit", (durationMs) => {
    const runtime = new HandDriven();
    const inner = new Controlled<number>();
    const limited = timeout(durationMs, inner);
    expect(runtime.poll(limited)).toBe(Pending);
    advanceBy(runtime, 1e12);
    inner.complete(1);
    expect(runtime.waker.wakes).toBe(1);
    expect(runtime.poll(limited)).toBe(1);
    expect(runtime.timers.size).toBe(0);
  });

  test("refuses what is not a duration or a moment", () => {
    expect(() => timeout(-1, pending())).toThrow(RangeError);
    expect(() => timeoutAt(Number.NaN, pending())).toThrow(RangeError);
  });

  test("dropped, drops its future and leaves no timer", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<void>();
    const limited = timeout(10, inner);
    runtime.poll(limited);
    limited.drop();
    limited.drop();
    expect([inner.drops, runtime.timers.size]).toEqual([1, 0]);
  });

  test("lets through the error that its future throws when it is dropped at the limit, and leaves no timer", () => {
    const runtime = new HandDriven();
    class Stubborn extends Controlled<void> {
      override drop(): void {
        throw new Error("in drop");
      }
    }
    const limited = timeout(10, new Stubborn());
    runtime.poll(limited);
    advanceBy(runtime, 10);
    expect(() => runtime.poll(limited)).toThrow("in drop");
    expect(runtime.timers.size).toBe(0);
  });
});

describe("timeoutAt", () => {
  test("ends the wait at its deadline", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<void>();
    const limited = timeoutAt(new Instant(25), inner);
    advanceBy(runtime, 20);
    expect(runtime.poll(limited)).toBe(Pending);
    advanceBy(runtime, 5);
    const error = thrownBy(() => runtime.poll(limited));
    expect(error).toBeInstanceOf(ElapsedError);
    expect(String(error)).toMatch(/by its deadline/);
    expect(inner.drops).toBe(1);
  });

  test("with a deadline in the past polls the future once", () => {
    const runtime = new HandDriven();
    advanceBy(runtime, 10);
    expect(runtime.poll(timeoutAt(5, ready(1)))).toBe(1);
    expect(() => runtime.poll(timeoutAt(5, pending()))).toThrow(ElapsedError);
  });
});
