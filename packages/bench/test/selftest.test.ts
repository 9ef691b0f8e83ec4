import { describe, expect, it } from "vitest";
import type { Observation, Run } from "../src/record/run.ts";
import { recordOf } from "../src/runner/run.ts";
import { INJECTED, INJECTED_ROUNDS, judgeInjected } from "../src/selftest/injected.ts";
import { describePower, powerOf } from "../src/selftest/power.ts";
import { falseDifferences } from "../src/selftest/synthetic.ts";
import { randomFor } from "../src/statistics/index.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

/** A run of the self-test on a machine on which `slowdown` becomes of what is put in. */
function runWith(slowdown: (put: number) => number, scatter = 0.003, seed = 1): Run {
  const random = randomFor(seed, "machine");
  const noise = (): number => 1 + scatter * (random.unit() - 0.5);
  const observations = ["direct-call", "direct-call (twin)"].flatMap((contender) =>
    [100, 105, 120].flatMap((level) =>
      Array.from({ length: 12 }, (_, round): Observation => {
        const elapsedNs = 1e6 * (1 + slowdown(level / 100 - 1)) * noise();
        const counted = { operations: 1000, elapsedNs, cpuNs: elapsedNs, cpuUserNs: 0, cpuSystemNs: 0 };
        return { scenario: "slowed", contender, level, round, sequence: 0, ...counted };
      }),
    ),
  );
  return {
    ...syntheticRun({ rounds: 12 }),
    scenarios: INJECTED.map(recordOf),
    contenders: [
      { name: "direct-call", description: "", kind: "blocking" },
      { name: "direct-call (twin)", description: "", kind: "blocking", twinOf: "direct-call" },
    ],
    observations,
    skipped: [],
  };
}

const outcome = (run: Run): boolean[] => judgeInjected(run).map(({ passed }) => passed);

describe("the self-test", () => {
  it("passes on a machine that takes as much longer as there is more to do", () => {
    expect(outcome(runWith((put) => put))).toEqual(Array(10).fill(true));
  });

  it("fails where a slowdown does not show, and says how many rounds would tell where scatter hides it", () => {
    expect(outcome(runWith(() => 0)).slice(0, 4)).toEqual(Array(4).fill(false));
    const hidden = judgeInjected(runWith((put) => put, 0.3));
    expect(hidden[0]?.passed).toBe(false);
    expect(hidden[0]?.because).toMatch(/two runs of the same program differ by up to .* Try --rounds \d+\./);
  });

  it("fails where the same program seems slower the second time", () => {
    const run = runWith((put) => put);
    const biased = run.observations.map((each) =>
      each.contender.endsWith("(twin)")
        ? { ...each, elapsedNs: each.elapsedNs * 1.05, cpuNs: each.cpuNs * 1.05 }
        : each,
    );
    expect(outcome({ ...run, observations: biased }).slice(4)).toEqual(Array(6).fill(false));
  });

  it("seldom fails by chance, however noisy the machine is", () => {
    const failed = Array.from({ length: 100 }, (_, seed) => outcome(runWith((put) => put, 0.2, seed)).slice(4)).filter(
      (passed) => passed.includes(false),
    );
    expect(failed.length).toBeLessThanOrEqual(11);
  });

  it("knows beforehand how likely it finds what is put in: hardly in a few rounds, and nearly always in its own", () => {
    expect(powerOf(105, 6)).toBeLessThan(0.2);
    expect(powerOf(105, INJECTED_ROUNDS)).toBeGreaterThanOrEqual(0.95);
    expect(powerOf(120, INJECTED_ROUNDS)).toBe(1);
    expect(powerOf(105, INJECTED_ROUNDS, 0.3)).toBeLessThan(0.05);
    expect(describePower(6)).toMatch(
      /6 rounds find a slowdown of 5 % in \d+ % and a slowdown of 20 % in \d+ % of runs\.$/,
    );
  });

  it("keeps false differences among equal contenders within the rate that is promised, under each kind of noise", () => {
    const lines = falseDifferences(200);
    expect(lines).toHaveLength(9);
    expect(lines.filter(({ passed }) => !passed)).toEqual([]);
  });
});
