import { describe, expect, test } from "vitest";
import { byRef, select, selectBiased, when } from "../src/combinators/index.ts";
import { asyncFn, type Future, lazy, Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";

describe("select", () => {
  test("returns the branch that is ready and drops the losers in order", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const [a, b, c] = ["a", "b", "c"].map((name) => new Controlled<number>(name, log));
    const first = select({ a, b, c });
    expect(runtime.poll(first)).toBe(Pending);
    b.complete(2);
    log.length = 0;
    const won = runtime.poll(first);
    expect(won).toEqual({ branch: "b", value: 2 });
    expect(log.filter((line) => line.startsWith("drop"))).toEqual(["drop a", "drop c"]);
    expect(b.drops).toBe(0);
    expect(() => runtime.poll(first)).toThrow(PolledAfterCompletionError);
  });

  test("narrows the value by the branch", () => {
    const won = new HandDriven().poll(select({ text: ready("a"), number: ready(1) }));
    if (won === Pending) throw new Error("a branch was ready");
    const widened: string | number = won.branch === "text" ? won.value.toUpperCase() : won.value.toFixed(1);
    expect(["A", "1.0"]).toContain(widened);
  });

  test("gives each of three branches that are always ready about a third of the wins", () => {
    const runtime = new HandDriven();
    const wins = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 3000; i++) {
      const won = runtime.poll(select({ a: ready(0), b: ready(0), c: ready(0) }));
      if (won !== Pending) wins[won.branch]++;
    }
    // Six standard deviations of a fair choice.
    for (const count of Object.values(wins))
      expect(Math.abs(count - 1000)).toBeLessThan(6 * Math.sqrt(3000 * (1 / 3) * (2 / 3)));
  });

  test("biased, always takes the first of those that are ready", () => {
    const runtime = new HandDriven();
    for (let i = 0; i < 100; i++) {
      expect(runtime.poll(selectBiased({ a: ready(0), b: ready(0) }))).toMatchObject({ branch: "a" });
    }
  });

  test("drops the losers when a branch throws", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<void>(), new Controlled<void>()];
    a.fail(new Error("a failed"));
    expect(() => runtime.poll(selectBiased({ a, b }))).toThrow("a failed");
    expect([a.drops, b.drops]).toEqual([0, 1]);
  });

  test("drops every loser even when dropping one throws", () => {
    const runtime = new HandDriven();
    const [bad, last] = [new Controlled<void>(), new Controlled<void>()];
    bad.drop = () => {
      throw new Error("bad drop");
    };
    expect(() => runtime.poll(selectBiased({ first: ready(1), bad, last }))).toThrow("bad drop");
    expect(last.drops).toBe(1);
  });

  test("leaves a loser that was lent by reference as it is, to take part again", () => {
    const runtime = new HandDriven();
    const operation = new Controlled<string>();
    for (const tick of [1, 2, 3]) {
      const won = runtime.poll(selectBiased({ operation: byRef(operation), tick: ready(tick) }));
      expect(won).toEqual({ branch: "tick", value: tick });
    }
    expect([operation.polls, operation.drops]).toEqual([3, 0]);
    operation.complete("finished");
    expect(runtime.poll(selectBiased({ operation: byRef(operation), tick: ready(4) }))).toEqual({
      branch: "operation",
      value: "finished",
    });
  });

  test("of nothing is refused", () => {
    expect(thrownBy(() => select({}))).toBeInstanceOf(RangeError);
  });
});

describe("a disabled branch", () => {
  test("is not there", () => {
    const runtime = new HandDriven();
    const isOpen: boolean = false;
    for (let i = 0; i < 20; i++) {
      const won = runtime.poll(select({ a: isOpen && ready(1), b: null, c: undefined, d: ready("d") }));
      expect(won).toEqual({ branch: "d", value: "d" });
    }
  });

  test("takes no share of the wins", () => {
    const runtime = new HandDriven();
    let wins = 0;
    for (let i = 0; i < 2000; i++) {
      const won = runtime.poll(select({ off: null, a: ready(0), alsoOff: null, b: ready(0) }));
      if (won !== Pending && won.branch === "a") wins++;
    }
    // Six standard deviations of a fair choice.
    expect(Math.abs(wins - 1000)).toBeLessThan(6 * Math.sqrt(2000 / 4));
  });

  test("is one whose value its `when` refuses, and the rest go on", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<number | undefined>(), new Controlled<number>()];
    const some = select({ a: when(a, isNumber), b });
    a.complete(undefined);
    expect(runtime.poll(some)).toBe(Pending);
    expect(runtime.poll(some)).toBe(Pending);
    expect(a.polls).toBe(1);
    b.complete(2);
    expect(runtime.poll(some)).toEqual({ branch: "b", value: 2 });
    expect([a.drops, b.drops]).toEqual([0, 0]);
  });

  test("leaves an error of its `when` to the select, which drops the others", () => {
    const runtime = new HandDriven();
    const other = new Controlled<void>();
    const faulty = when(ready(1), () => {
      throw new Error("cannot tell");
    });
    expect(() => runtime.poll(selectBiased({ faulty, other }))).toThrow("cannot tell");
    expect(other.drops).toBe(1);
  });

  test("wins with what its `when` accepts", () => {
    const won = new HandDriven().poll(select({ a: when(ready<number | undefined>(3), isNumber) }));
    if (won === Pending) throw new Error("the branch was ready");
    const value: number = won.value;
    expect(value).toBe(3);
  });
});

describe("else", () => {
  test("wins when every other branch is disabled, from the start or by its value", () => {
    const runtime = new HandDriven();
    expect(runtime.poll(select({ a: null, else: ready("none") }))).toEqual({ branch: "else", value: "none" });
    expect(runtime.poll(select({ a: when(ready(1), () => false), b: false, else: ready(0) }))).toEqual({
      branch: "else",
      value: 0,
    });
  });

  test("is not polled while another branch can win, and is dropped last when one does", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const [otherwise, a, b] = ["else", "a", "b"].map((name) => new Controlled<number>(name, log));
    const first = selectBiased({ else: otherwise, a, b });
    expect(runtime.poll(first)).toBe(Pending);
    b.complete(1);
    expect(runtime.poll(first)).toEqual({ branch: "b", value: 1 });
    expect(log).toEqual(["poll a", "poll b", "poll a", "poll b", "drop a", "drop else"]);
  });

  test("may wait, and may fail", () => {
    const runtime = new HandDriven();
    const otherwise = new Controlled<number>();
    const first = select({ a: null, else: otherwise });
    expect(runtime.poll(first)).toBe(Pending);
    otherwise.fail(new Error("else failed"));
    expect(() => runtime.poll(first)).toThrow("else failed");
    expect(otherwise.drops).toBe(0);
    expect(() => runtime.poll(first)).toThrow(PolledAfterCompletionError);
  });

  test("missing, makes a select without an enabled branch fail when it is polled", () => {
    const runtime = new HandDriven();
    const none = select({ a: null, b: when(ready(1), () => false) });
    expect(() => runtime.poll(none)).toThrow(RangeError);
    expect(() => runtime.poll(none)).toThrow(PolledAfterCompletionError);
  });

  test("does not take a `when`", () => {
    expect(thrownBy(() => select({ else: when(ready(1), () => true) }))).toBeInstanceOf(TypeError);
  });
});

test("a select in a loop takes turns between sources until all of them have ended", () => {
  const runtime = new HandDriven();
  const left = [1, 2, 3];
  const right = [10, 20];
  const takeFrom = (source: number[]): Future<number | undefined> => lazy(() => source.shift());
  const main = asyncFn(function* () {
    const seen: number[] = [];
    for (;;) {
      const won = yield* select({
        left: when(takeFrom(left), isNumber),
        right: when(takeFrom(right), isNumber),
        else: ready(seen),
      });
      if (won.branch === "else") return won.value;
      seen.push(won.value);
    }
  });
  const seen = runtime.poll(main());
  if (seen === Pending) throw new Error("nothing had to wait");
  expect(seen.filter((n) => n < 10)).toEqual([1, 2, 3]);
  expect(seen.filter((n) => n >= 10)).toEqual([10, 20]);
});

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
