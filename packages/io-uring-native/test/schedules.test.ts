// Thousands of random programs on a kernel that misbehaves in every permitted way. A failing seed is printed and replays exactly.
import { describe, expect, it } from "vitest";
import { runSchedule } from "./support/schedule.ts";

const SEEDS = 70_000;

// Errors are made by the thousand here, and nobody reads where.
Error.stackTraceLimit = 0;

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, seed) => seed);
}

describe("on a kernel that delays, reorders, repeats and refuses", () => {
  it("nothing leaks, no wake is lost, and no buffer is shared with the kernel", { timeout: 300_000 }, () => {
    const failures = seeds(SEEDS).flatMap((seed) => {
      const { violations } = runSchedule(seed, "kept until its completion");
      return violations.length === 0 ? [] : [{ seed, violations }];
    });
    expect(failures).toEqual([]);
  });

  it("every kind of misbehaviour occurs, or the test above shows nothing", () => {
    const runs = seeds(100).map((seed) => runSchedule(seed, "kept until its completion", true));
    const counters = runs.map((run) => run.counters);
    for (const name of [
      "cancels",
      "overflows",
      "stale",
      "rearms",
      "starvation",
      "pauses",
      "cachedReads",
      "cacheMisses",
    ] as const) {
      expect(counters.some((counts) => counts[name] > 0)).toBe(true);
    }
    const logs = runs.flatMap((run) => run.log);
    expect(logs.some((line) => line.startsWith("enter: errno"))).toBe(true);
    expect(logs.some((line) => line.startsWith("a completion is repeated"))).toBe(true);
  });

  it("the same seed replays the same run", () => {
    expect(runSchedule(42, "kept until its completion", true)).toEqual(
      runSchedule(42, "kept until its completion", true),
    );
  });

  it("buffers that are freed when their future is dropped are found in the hands of others", () => {
    const violations = seeds(300).flatMap((seed) => runSchedule(seed, "freed at the drop").violations);
    expect(violations.some((text) => text.includes("was handed out while the kernel may write into it"))).toBe(true);
    expect(violations.some((text) => text.includes("after it had been handed to somebody else"))).toBe(true);
  });
});
