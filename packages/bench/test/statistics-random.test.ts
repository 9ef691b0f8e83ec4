import { describe, expect, it } from "vitest";
import { randomFor, shuffled, xoshiro128 } from "../src/statistics/random.ts";

describe("the random generator", () => {
  it("gives the sequence of the reference implementation in C of xoshiro128** for the state 1, 2, 3, 4", () => {
    const random = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 8 }, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849,
    ]);
  });

  it("refuses the all-zero state, from which it would never leave", () => {
    expect(() => xoshiro128([0, 0, 0, 0])).toThrow(/zero/);
  });

  it("repeats itself for the same seed and purpose, and not for another of either", () => {
    const draw = (seed: number, purpose: string): number[] => {
      const random = randomFor(seed, purpose);
      return [random.uint32(), random.uint32(), random.uint32()];
    };
    expect(draw(1, "order")).toEqual(draw(1, "order"));
    expect(draw(1, "order")).not.toEqual(draw(2, "order"));
    expect(draw(1, "order")).not.toEqual(draw(1, "bootstrap"));
  });

  it("draws every integer below the limit about equally often, and no other", () => {
    const random = randomFor(7, "below");
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < 10_000; draw += 1) {
      const value = random.below(5);
      counts[value] = (counts[value] ?? Number.NaN) + 1;
    }
    expect(counts).toHaveLength(5);
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it("shuffles without losing anything, and reaches every order", () => {
    const random = randomFor(3, "shuffle");
    const orders = new Set(Array.from({ length: 200 }, () => shuffled(["a", "b", "c"], random).join("")));
    expect([...orders].toSorted()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  });
});
