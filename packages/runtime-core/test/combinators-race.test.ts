import { describe, expect, test } from "vitest";
import { race, raceOk } from "../src/combinators/index.ts";
import { Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";

describe("race", () => {
  test("returns the first value and drops the others in order", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const futures = ["a", "b", "c", "d"].map((name) => new Controlled<string>(name, log));
    const first = race(futures);
    expect(runtime.poll(first)).toBe(Pending);
    log.length = 0;
    futures[2].complete("c won");
    expect(runtime.poll(first)).toBe("c won");
    expect(log).toEqual(["poll c", "drop a", "drop b", "drop d"]);
    expect(runtime.waker.wakes).toBe(1);
    expect(() => runtime.poll(first)).toThrow(PolledAfterCompletionError);
  });

  test("throws the first error and drops the others", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<number>(), new Controlled<number>()];
    a.fail(new Error("a failed"));
    expect(() => runtime.poll(race([a, b]))).toThrow("a failed");
    expect([a.drops, b.drops]).toEqual([0, 1]);
  });

  test("prefers none of several that are ready", () => {
    const runtime = new HandDriven();
    const wins = [0, 0, 0];
    for (let i = 0; i < 3000; i++) {
      const winner = runtime.poll(race([ready(0), ready(1), ready(2)]));
      if (winner !== Pending) wins[winner]++;
    }
    // Six standard deviations of a fair choice.
    for (const count of wins) expect(Math.abs(count - 1000)).toBeLessThan(6 * Math.sqrt(3000 * (1 / 3) * (2 / 3)));
  });

  test("polls only those that were woken", () => {
    const runtime = new HandDriven();
    const futures = Array.from({ length: 100 }, () => new Controlled<number>());
    const first = race(futures);
    runtime.poll(first);
    for (let i = 0; i < 10; i++) {
      futures[i].waker?.wake();
      expect(runtime.poll(first)).toBe(Pending);
    }
    expect(futures.reduce((sum, future) => sum + future.polls, 0)).toBe(110);
  });

  test("of nothing is refused", () => {
    expect(thrownBy(() => race([]))).toBeInstanceOf(RangeError);
  });
});

describe("raceOk", () => {
  test("goes on when a future throws, and drops nobody for it", () => {
    const runtime = new HandDriven();
    const [a, b, c] = [new Controlled<number>(), new Controlled<number>(), new Controlled<number>()];
    const first = raceOk([a, b, c]);
    a.fail(new Error("a failed"));
    expect(runtime.poll(first)).toBe(Pending);
    expect([b.drops, c.drops]).toEqual([0, 0]);
    b.complete(2);
    expect(runtime.poll(first)).toBe(2);
    expect([a.drops, b.drops, c.drops]).toEqual([0, 0, 1]);
  });

  test("throws every error, in the order of the futures, when all have failed", () => {
    const runtime = new HandDriven();
    const futures = [new Controlled<number>(), new Controlled<number>()];
    const first = raceOk(futures);
    const errors = [new Error("first"), new Error("second")];
    futures[1].fail(errors[1]);
    runtime.poll(first);
    futures[0].fail(errors[0]);
    const thrown = thrownBy(() => runtime.poll(first));
    expect(thrown).toBeInstanceOf(AggregateError);
    expect((thrown as AggregateError).errors).toEqual(errors);
    expect(() => runtime.poll(first)).toThrow(PolledAfterCompletionError);
  });
});
