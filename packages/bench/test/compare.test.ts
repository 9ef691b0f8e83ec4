import { describe, expect, it } from "vitest";
import { compareRuns, NothingSharedError, parseExplanation, prospect } from "../src/compare/index.ts";
import type { RunComparison, Verdict } from "../src/compare/index.ts";
import type { Run } from "../src/record/run.ts";
import { madeUp, type MadeUp, NAMES, NOISES } from "./fixtures/comparison-runs.ts";

const quiet = (random: Parameters<(typeof NOISES)["log-normal"]>[0]): number => NOISES["log-normal"](random) / 3;

/** Two runs of one session: what slows a round slows both. */
function session(base: MadeUp, head: MadeUp): [Run, Run] {
  const drift = (round: number): number => 1 + (round % 3) / 2;
  return [madeUp({ ...base, drift, session: "s" }), madeUp({ ...head, drift, session: "s" })];
}

function namesOf({ differences }: RunComparison, verdict: Verdict): string[] {
  return differences.filter((each) => each.verdict === verdict).map(({ place }) => place.name);
}

describe("a slowdown of a tenth", () => {
  const slower = { c: 1.1 };

  it("is found and named in runs of one session, whatever slows whole rounds", () => {
    const comparison = compareRuns(...session({ seed: 1, noise: quiet }, { seed: 2, noise: quiet, slower }));
    expect(comparison).toMatchObject({ paired: true, isWorse: true });
    expect(namesOf(comparison, "regressed")).toEqual(["work/c/tasks=1", "work/c/tasks=10"]);
    expect(namesOf(comparison, "improved")).toEqual([]);
    const [found] = comparison.differences;
    expect(found?.change.value).toBeCloseTo(0.1, 1);
    expect(found?.change.low).toBeGreaterThan(found?.noise ?? Infinity);
    expect(found?.p).toBeLessThan(0.05);
  });

  it("is an improvement the other way round", () => {
    const comparison = compareRuns(...session({ seed: 1, noise: quiet, slower }, { seed: 2, noise: quiet }));
    expect(comparison.isWorse).toBe(false);
    expect(namesOf(comparison, "improved")).toEqual(["work/c/tasks=1", "work/c/tasks=10"]);
    expect(namesOf(comparison, "regressed")).toEqual([]);
  });

  it("is found between two runs at different times too, when the machine was as fast", () => {
    const comparison = compareRuns(madeUp({ seed: 1, noise: quiet }), madeUp({ seed: 2, noise: quiet, slower }));
    expect(comparison).toMatchObject({ paired: false, isWorse: true });
    expect(namesOf(comparison, "regressed")).toEqual(["work/c/tasks=1", "work/c/tasks=10"]);
  });

  it("of the whole machine is not blamed on the code: the programs in C moved as well", () => {
    const all = Object.fromEntries([...NAMES, "a (twin)", "limit"].map((name) => [name, 1.1]));
    const comparison = compareRuns(madeUp({ seed: 1, noise: quiet }), madeUp({ seed: 2, noise: quiet, slower: all }));
    expect(comparison.isWorse).toBe(false);
    expect(comparison.cautions).toContainEqual(
      expect.stringMatching(/^work\/limit\/tasks=1, which stands for the machine, moved by \d+\.?\d* %/),
    );
  });

  it("counts for nothing where that much was allowed", () => {
    const [base, head] = session({ seed: 1, noise: quiet }, { seed: 2, noise: quiet, slower });
    const comparison = compareRuns(base, head, { leastEffect: 0.2 });
    expect(comparison.isWorse).toBe(false);
    expect(new Set(comparison.differences.map(({ verdict }) => verdict))).toEqual(new Set(["within noise"]));
  });

  it("is told as unknown, with the rounds that would tell, where three rounds do not", () => {
    const [base, head] = session({ seed: 1, rounds: 3 }, { seed: 2, rounds: 3, slower: { c: 1.1 } });
    const found = compareRuns(base, head).differences.filter(({ place }) => place.contender.name === "c");
    expect(found.map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
    expect(Math.max(...found.map(({ roundsNeeded = 0 }) => roundsNeeded))).toBeGreaterThan(3);
  });

  it("is unknown, and not within noise, where the same program differs from itself by more than a quarter", () => {
    const loud = (random: Parameters<(typeof NOISES)["log-normal"]>[0]): number => 10 * NOISES["log-normal"](random);
    const comparison = compareRuns(...session({ seed: 1, noise: loud }, { seed: 2, noise: loud }));
    expect(new Set(comparison.differences.map(({ verdict }) => verdict))).toEqual(new Set(["unknown"]));
  });

  it("is not called noise where it lies beyond what counts, and is only not sure enough among so many", () => {
    // Twins that differ widely, and on average not at all: anything could be noise.
    const loudTwin = (run: Run): Run => ({
      ...run,
      observations: run.observations.map((each) =>
        each.contender === "a (twin)"
          ? { ...each, elapsedNs: each.elapsedNs * (each.round % 2 === 0 ? 1.2 : 1 / 1.2) }
          : each,
      ),
    });
    const doubtful = Array.from({ length: 40 }, (_, index) => {
      const [base, head] = session({ seed: 2 * index }, { seed: 2 * index + 1, slower: { c: 1.09 } });
      return compareRuns(loudTwin(base), loudTwin(head)).differences;
    })
      .flat()
      .filter(({ change, p, place }) => place.contender.name === "c" && change.low > 0.05 && p > 0.05 && p < 0.5);
    expect(doubtful.length).toBeGreaterThan(0);
    expect(new Set(doubtful.map(({ verdict }) => verdict))).toEqual(new Set(["unknown"]));
  });

  it("is no slowdown in a single round, of whose scatter nobody knows", () => {
    const [base, head] = session({ seed: 1, rounds: 1 }, { seed: 2, rounds: 1, slower: { c: 3 } });
    const comparison = compareRuns(base, head);
    expect(comparison.isWorse).toBe(false);
    expect(new Set(comparison.differences.map(({ verdict }) => verdict))).toEqual(new Set(["unknown"]));
  });
});

describe("a twin", () => {
  /** How far the interval of the difference reaches, of all benchmarks of a contender together. */
  const reach = (contender: string): number => {
    const pairs = Array.from({ length: 30 }, (_, index) =>
      compareRuns(...session({ seed: 2 * index, rounds: 12 }, { seed: 2 * index + 1, rounds: 12 })),
    );
    const reaches = pairs
      .flatMap(({ differences }) => differences)
      .filter(({ place }) => place.contender.name === contender)
      .map(({ change: { low, high } }) => high - low);
    return reaches.reduce((sum, each) => sum + each, 0) / reaches.length;
  };

  it("is a second observation: the contender that it repeats has narrower intervals", () => {
    // By 29 %, were nothing lent of what the others know of scatter.
    expect(reach("a")).toBeLessThan(0.9 * reach("b"));
  });
});

describe("what can be found", () => {
  const known = { scatter: 0.03, rounds: 12, processes: 1, comparisons: 16, leastEffect: 0.02 };

  it("is smaller in more rounds, with a twin and among fewer comparisons, and never below what counts", () => {
    const least = prospect(known);
    expect(prospect({ ...known, rounds: 24 })).toBeLessThan(least);
    expect(prospect({ ...known, processes: 2 })).toBeLessThan(least);
    expect(prospect({ ...known, comparisons: 4 })).toBeLessThan(least);
    expect(prospect({ ...known, rounds: 1e6 })).toBeCloseTo(0.02, 3);
    expect(prospect({ ...known, rounds: 1 })).toBe(Infinity);
  });

  it("is found about four times out of five", () => {
    const c = 1 + prospect(known);
    const found = Array.from({ length: 100 }, (_, index) => {
      const [base, head] = [0, 1].map((side) => ({ seed: 5000 + 2 * index + side, rounds: 12 }));
      if (base === undefined || head === undefined) throw new Error("there are two");
      return namesOf(compareRuns(...session(base, { ...head, slower: { c } })), "regressed").length;
    });
    const share = found.reduce((sum, each) => sum + each, 0) / 200;
    // What the questions lend each other finds more, what the twins differ by less.
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.97);
  });

  it("is said of each difference afterwards", () => {
    const [base, head] = session({ seed: 1, rounds: 12 }, { seed: 2, rounds: 12 });
    for (const { findable = Infinity, change, rounds } of compareRuns(base, head).differences) {
      expect(rounds).toEqual({ base: 12, head: 12 });
      expect(findable).toBeGreaterThan((change.high - change.low) / 2);
      expect(findable).toBeLessThan(0.2);
    }
  });
});

/** Whichever way. */
function isDifferent({ verdict }: { readonly verdict: string }): boolean {
  return verdict === "regressed" || verdict === "improved";
}

describe("the same code twice", () => {
  const PROMISED = 0.05;
  const RUNS = 150;
  const kinds = Object.keys(NOISES) as (keyof typeof NOISES)[]; // literal keys of a literal
  const cases = [3, 6].flatMap((rounds) =>
    kinds.flatMap((kind) => [true, false].map((paired) => ({ rounds, kind, paired }))),
  );

  it.each(cases)(
    "passes beyond the promised rate: $rounds rounds, $kind, paired $paired",
    ({ rounds, kind, paired }) => {
      const isAlarm = (index: number): boolean => {
        const [base, head] = [0, 1].map((side) => ({ seed: 2 * index + side, rounds, noise: NOISES[kind] }));
        if (base === undefined || head === undefined) throw new Error("there are two");
        const { differences } = compareRuns(
          ...(paired ? session(base, head) : ([madeUp(base), madeUp(head)] as const)),
        );
        return differences.some(isDifferent);
      };
      const alarms = Array.from({ length: RUNS }, (_, index) => isAlarm(index)).filter(Boolean).length;
      expect(alarms / RUNS).toBeLessThanOrEqual(PROMISED);
    },
  );

  it.each(cases.filter(({ rounds }) => rounds === 6))(
    "passes beyond it also where nothing shows the noise and any difference counts: $kind, paired $paired",
    ({ rounds, kind, paired }) => {
      const isAlarm = (index: number): boolean => {
        const [base, head] = [0, 1].map((side) => {
          const seed = 2 * index + side;
          const levels = [1, 2, 3, 4, 5];
          const run = madeUp({ seed, rounds, levels, noise: NOISES[kind], ...(paired ? { session: "s" } : {}) });
          const shows = ["a (twin)", "limit"];
          return { ...run, observations: run.observations.filter(({ contender }) => !shows.includes(contender)) };
        });
        if (base === undefined || head === undefined) throw new Error("there are two");
        return compareRuns(base, head, { leastEffect: 0 }).differences.some(isDifferent);
      };
      const alarms = Array.from({ length: RUNS }, (_, index) => isAlarm(index)).filter(Boolean).length;
      expect(alarms / RUNS).toBeLessThanOrEqual(PROMISED);
    },
  );

  it("passes twenty times out of twenty", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const [base, head] = session({ seed: 1000 + 2 * seed }, { seed: 1001 + 2 * seed });
      expect(compareRuns(base, head).isWorse).toBe(false);
    }
  });

  it("and with itself is equal in everything", () => {
    const run = madeUp({ seed: 1 });
    const { differences, counts } = compareRuns(run, run);
    expect(differences.every(({ change }) => change.value === 0)).toBe(true);
    expect(counts.every(({ verdict }) => verdict === "equal")).toBe(true);
  });
});

describe("a count", () => {
  const fewer = { b: 2 };
  const more = { b: 4 };

  it("that is the same in every round is compared exactly, and not as a metric", () => {
    const { counts, differences } = compareRuns(madeUp({ seed: 1 }), madeUp({ seed: 2 }));
    expect(counts).toHaveLength(2 * NAMES.length);
    expect(counts).toContainEqual(expect.objectContaining({ name: "polls", base: 3, head: 3, verdict: "equal" }));
    expect(new Set(differences.map(({ metric }) => metric.id))).toEqual(new Set(["time"]));
  });

  it("that grew by one is worse, however little that is", () => {
    const comparison = compareRuns(madeUp({ seed: 1 }), madeUp({ seed: 2, polls: more }));
    expect(comparison.isWorse).toBe(true);
    expect(comparison.counts.filter(({ verdict }) => verdict === "regressed").map(({ place }) => place.name)).toEqual([
      "work/b/tasks=1",
      "work/b/tasks=10",
    ]);
  });

  it("that fell is better where less is better, and a difference too many where nobody said", () => {
    const [base, head] = [madeUp({ seed: 1 }), madeUp({ seed: 2, polls: fewer })];
    expect(compareRuns(base, head).counts.filter(({ verdict }) => verdict === "improved")).toHaveLength(2);
    const unsaid = (run: Run): Run => ({
      ...run,
      scenarios: run.scenarios.map((scenario) => ({ ...scenario, metrics: scenario.metrics.slice(0, 1) })),
    });
    expect(compareRuns(unsaid(base), unsaid(head)).isWorse).toBe(true);
  });

  it("that differs is no regression once it is explained, and the reason stands beside it", () => {
    const [base, head] = [madeUp({ seed: 1 }), madeUp({ seed: 2, polls: more })];
    for (const about of ["polls", "work/polls", "b", "work/b/polls"]) {
      const { isWorse, counts } = compareRuns(base, head, { explanations: [{ about, reason: "one more" }] });
      expect({ about, isWorse }).toEqual({ about, isWorse: false });
      expect(counts.filter(({ explanation }) => explanation === "one more")).toHaveLength(2);
    }
    const other = compareRuns(base, head, { explanations: [{ about: "c/polls", reason: "one more" }] });
    expect(other.isWorse).toBe(true);
    expect(other.cautions).toContain('Nothing that differs is explained by "c/polls".');
  });

  it("that scatters anywhere is not exact, and no single alarm", () => {
    const scattering = { b: (round: number) => 3 + (round % 2) };
    const { counts, differences, isWorse } = compareRuns(
      madeUp({ seed: 1, polls: scattering }),
      madeUp({ seed: 2, polls: { b: 4 } }),
    );
    expect(counts.some(({ place }) => place.contender.name === "b")).toBe(false);
    expect(differences.filter(({ metric }) => metric.id === "polls").map(({ place }) => place.contender.name)).toEqual([
      "b",
      "b",
    ]);
    expect(isWorse).toBe(false);
  });

  it("of a single round is not known to be exact", () => {
    const [base, head] = [madeUp({ seed: 1, rounds: 1 }), madeUp({ seed: 2, rounds: 1, polls: more })];
    expect(compareRuns(base, head)).toMatchObject({ counts: [], isWorse: false });
  });

  it("of system calls is one, though no scenario declares it", () => {
    const counting = (run: Run, syscallsPerOperation: number): Run => ({
      ...run,
      observations: run.observations.map((each) => ({ ...each, syscallsPerOperation })),
    });
    const comparison = compareRuns(counting(madeUp({ seed: 1 }), 1), counting(madeUp({ seed: 2 }), 1.5));
    expect(comparison.isWorse).toBe(true);
    expect(comparison.counts).toContainEqual(
      expect.objectContaining({ name: "syscalls", base: 1, head: 1.5, verdict: "regressed" }),
    );
  });
});

describe("an explanation", () => {
  it("is a name and a reason", () => {
    expect(parseExplanation(" echo/polls = a = b ")).toEqual({ about: "echo/polls", reason: "a = b" });
    expect(parseExplanation("polls")).toBe(undefined);
    expect(parseExplanation("polls=")).toBe(undefined);
    expect(parseExplanation("=why")).toBe(undefined);
  });
});

describe("what only one of the runs has", () => {
  const [base, head] = [madeUp({ seed: 1 }), madeUp({ seed: 2 })];
  const without = (run: Run, contender: string): Run => ({
    ...run,
    observations: run.observations.filter((each) => each.contender !== contender),
  });

  it("is named with the reason, and is not worse", () => {
    const skipped = [{ scenario: "work", contender: "b", reason: "no such machine" }];
    const comparison = compareRuns(base, { ...without(head, "b"), skipped });
    expect(comparison.isWorse).toBe(false);
    expect(comparison.absences).toEqual(
      [1, 10].map((level) => ({
        ...{ name: `work/b/tasks=${level}`, presentIn: "base", failed: false, because: "no such machine" },
      })),
    );
  });

  it("is worse where it fails now and did not", () => {
    const failures = [{ scenario: "work", contender: "b", level: 1, round: 0, message: "it broke" }];
    expect(compareRuns(base, { ...without(head, "b"), failures }).isWorse).toBe(true);
    expect(compareRuns({ ...without(base, "b"), failures }, head).isWorse).toBe(false);
  });

  it("is not compared where the scenario became another", () => {
    const other = { ...head, scenarios: head.scenarios.map((scenario) => ({ ...scenario, operation: "poll" })) };
    expect(() => compareRuns(base, other)).toThrow(NothingSharedError);
    expect(() => compareRuns(base, other)).toThrow('work is not compared: its operation was "task" and is "poll"');
  });

  it("leaves nothing where the runs share nothing", () => {
    const other = { ...head, scenarios: head.scenarios.map((scenario) => ({ ...scenario, name: "play" })) };
    const renamed = { ...other, observations: head.observations.map((each) => ({ ...each, scenario: "play" })) };
    expect(() => compareRuns(base, renamed)).toThrow(/nothing in common .*there is no scenario/);
  });
});
