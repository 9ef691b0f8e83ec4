import { describe, expect, test } from "vitest";
import { join, select, selectBiased } from "../src/combinators/index.ts";
import { Pending, PolledAfterCompletionError, ready } from "../src/future/index.ts";
import { Controlled, HandDriven, thrownBy } from "./support/bench-stand.ts";

describe("join", () => {
  test("returns the values in the order of the arguments, whatever the order of completion", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<string>(), new Controlled<number>()];
    const both = join(a, b, ready(true));
    expect(runtime.poll(both)).toBe(Pending);
    b.complete(2);
    expect(runtime.poll(both)).toBe(Pending);
    a.complete("a");
    expect(runtime.poll(both)).toEqual(["a", 2, true]);
    expect([a.polls, b.polls]).toEqual([3, 2]);
    expect(() => runtime.poll(both)).toThrow(PolledAfterCompletionError);
  });

  test("of nothing is ready with nothing", () => {
    expect(new HandDriven().poll(join())).toEqual([]);
  });

  test("drops the others, in order, when one throws", () => {
    const runtime = new HandDriven();
    const log: string[] = [];
    const [a, b, c] = ["a", "b", "c"].map((name) => new Controlled<void>(name, log));
    const all = join(a, b, c);
    b.fail(new Error("b failed"));
    expect(() => runtime.poll(all)).toThrow("b failed");
    expect(log).toEqual(["poll a", "poll b", "drop a", "drop c"]);
    expect(b.drops).toBe(0);
  });

  test("dropped, drops what is unfinished once", () => {
    const runtime = new HandDriven();
    const [a, b] = [new Controlled<void>(), new Controlled<void>()];
    const both = join(a, b);
    a.complete();
    runtime.poll(both);
    both.drop();
    both.drop();
    expect([a.drops, b.drops]).toEqual([0, 1]);
  });
});

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

  test("of nothing is refused", () => {
    expect(thrownBy(() => select({}))).toBeInstanceOf(RangeError);
  });
});
