import { describe, expect, test } from "vitest";
import {
  asyncFn,
  consumeBudget,
  COOPERATIVE_BUDGET,
  hasBudgetRemaining,
  lazy,
  Pending,
  PolledAfterCompletionError,
  unconstrained,
} from "../src/future/index.ts";
import { Controlled, HandDriven } from "./support/bench-stand.ts";

/** Counts its rounds for ever, taking one from the budget for each. */
const countRounds = asyncFn(function* (rounds: { count: number }, until: number) {
  while (rounds.count < until) {
    yield* consumeBudget();
    rounds.count++;
  }
});

describe("consumeBudget", () => {
  test("is ready as often as the budget allows in one poll, and goes on in the next", () => {
    const runtime = new HandDriven();
    const rounds = { count: 0 };
    runtime.spawn(countRounds(rounds, Infinity));
    runtime.step();
    expect(rounds.count).toBe(COOPERATIVE_BUDGET);
    expect(runtime.queue).toHaveLength(1);
    runtime.step();
    expect(rounds.count).toBe(2 * COOPERATIVE_BUDGET);
  });

  test("is polled no more after it was ready or dropped", () => {
    const runtime = new HandDriven();
    const [ended, dropped] = [consumeBudget(), consumeBudget()];
    runtime.poll(ended);
    dropped.drop();
    expect(() => runtime.poll(ended)).toThrow(PolledAfterCompletionError);
    expect(() => runtime.poll(dropped)).toThrow(PolledAfterCompletionError);
  });
});

describe("hasBudgetRemaining", () => {
  test("is true until the last of the budget has been taken, and outside of a runtime", () => {
    const runtime = new HandDriven();
    const seen: boolean[] = [];
    const main = asyncFn(function* () {
      for (let i = 0; i < COOPERATIVE_BUDGET; i++) {
        seen.push(hasBudgetRemaining());
        yield* consumeBudget();
      }
      seen.push(hasBudgetRemaining());
      yield* consumeBudget();
      seen.push(hasBudgetRemaining());
    });
    runtime.spawn(main());
    runtime.settle();
    expect(seen.indexOf(false)).toBe(COOPERATIVE_BUDGET);
    expect(seen.slice(COOPERATIVE_BUDGET)).toEqual([false, true]);
    expect(hasBudgetRemaining()).toBe(true);
  });
});

describe("unconstrained", () => {
  test("goes on in one poll for as long as it can", () => {
    const runtime = new HandDriven();
    const rounds = { count: 0 };
    const task = runtime.spawn(unconstrained(countRounds(rounds, 100_000)));
    runtime.step();
    expect([rounds.count, task.isFinished]).toEqual([100_000, true]);
  });

  test("takes nothing from the budget of what runs beside it", () => {
    const runtime = new HandDriven();
    const beside = { count: 0 };
    const main = asyncFn(function* () {
      yield* unconstrained(countRounds({ count: 0 }, 1000));
      yield* countRounds(beside, Infinity);
    });
    runtime.spawn(main());
    runtime.step();
    expect(beside.count).toBe(COOPERATIVE_BUDGET);
  });

  test("gives the budget back when it fails", () => {
    const runtime = new HandDriven();
    runtime.context.budget = 5;
    const failing = lazy(() => {
      throw new Error("no");
    });
    expect(() => runtime.poll(unconstrained(failing))).toThrow("no");
    expect(runtime.context.budget).toBe(5);
  });

  test("drops its future with itself", () => {
    const runtime = new HandDriven();
    const inner = new Controlled<void>();
    const outer = unconstrained(inner);
    expect(runtime.poll(outer)).toBe(Pending);
    outer.drop();
    expect([inner.polls, inner.drops]).toEqual([1, 1]);
  });
});

describe("lazy", () => {
  test("computes at its first poll, once", () => {
    const runtime = new HandDriven();
    let calls = 0;
    const future = lazy(() => ++calls);
    expect(calls).toBe(0);
    expect(runtime.poll(future)).toBe(1);
    expect(() => runtime.poll(future)).toThrow(PolledAfterCompletionError);
  });

  test("is given the context of the poll", () => {
    const runtime = new HandDriven();
    expect(runtime.poll(lazy((cx) => cx.runtime))).toBe(runtime);
  });

  test("dropped before, or failed, computes nothing any more", () => {
    const runtime = new HandDriven();
    let calls = 0;
    const fail = (): never => {
      calls++;
      throw new Error("no");
    };
    const [dropped, failed] = [lazy(fail), lazy(fail)];
    dropped.drop();
    expect(() => runtime.poll(dropped)).toThrow(PolledAfterCompletionError);
    expect(() => runtime.poll(failed)).toThrow("no");
    expect(() => runtime.poll(failed)).toThrow(PolledAfterCompletionError);
    expect(calls).toBe(1);
  });
});
