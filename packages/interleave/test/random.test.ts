// Schedules by chance: the same seed chooses the same ones, and rare bugs are found.
import { describe, expect, it } from "vitest";
import { type Exploration, exploreRandom, type Model } from "../src/index.ts";
import { needsTwoPreemptions } from "./programs/between.ts";
import { chaseLev } from "./programs/chase-lev.ts";
import { peterson } from "./programs/peterson.ts";
import { findingIn } from "./support/finding.ts";

/** The order in which four threads came, for each schedule. */
function ordersOf(seed: number, choice: "uniform" | "priorities"): string[] {
  const orders: string[] = [];
  const model: Model = {
    name: "orders",
    setup(memory) {
      const next = memory.int32Array("next");
      const come = (): number => Atomics.add(next, 0, 1);
      return {
        threads: { a: come, b: come, c: come, d: come },
        check: (results) => orders.push(Object.values(results).join("")),
      };
    },
  };
  exploreRandom(model, { seed, schedules: 100, choice });
  return orders;
}

describe.each(["uniform", "priorities"] as const)("%s", (choice) => {
  it("chooses the same schedules for the same seed, and others for another", () => {
    expect(ordersOf(1, choice)).toEqual(ordersOf(1, choice));
    expect(ordersOf(2, choice)).not.toEqual(ordersOf(1, choice));
  });

  it("chooses schedules of all kinds", () => {
    expect(new Set(ordersOf(1, choice)).size).toBeGreaterThan(20);
  });

  it.each([needsTwoPreemptions, chaseLev.broken, peterson.broken])("finds what is wrong with $name", (model) => {
    expect(findingIn(() => exploreRandom(model, { seed: 1, schedules: 20_000, choice, changes: 3 })).seed).toBe(1);
  });

  it("finds nothing where nothing is wrong, and does not say that it has seen all", () => {
    const explored = exploreRandom(peterson.correct, { seed: 1, schedules: 500, choice });
    expect(explored).toMatchObject<Partial<Exploration>>({ schedules: 500, complete: false, mode: choice, seed: 1 });
  });
});
