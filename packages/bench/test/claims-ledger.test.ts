// What the judges of the ledger make of runs that were made up: for each claim a world as it says, and worlds in which it is wrong. Every
// question of a claim must have a world in which the answer is yes and one in which it is no: one that cannot fail tests nothing.
// (The claims on input and output, A1 and A2 among them, have tests of their own.)
import { describe, expect, it } from "vitest";
import type { Claim } from "../src/claims/index.ts";
import { judgeClaims, ledger, Samples } from "../src/claims/index.ts";
import type { JudgedClaim } from "../src/claims/index.ts";
import type { Observation, Run } from "../src/record/run.ts";
import { neededBy } from "../src/runner/needs.ts";
import { scenarios } from "../src/scenarios/index.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

interface At {
  readonly scenario: string;
  readonly contender: string;
  readonly level: number;
  readonly metric: string;
}

/** A value for each metric at each place, in the metric's unit. */
type World = (at: At) => number;

interface Worlds {
  readonly asClaimed: World;
  readonly otherwise: readonly World[];
}

const MIB = 2 ** 20;
const MS = 1e6;
const flat: World = () => 100;
/** The value at the level, and 100 where there is none. */
const byLevel =
  (values: Readonly<Record<number, number>>): World =>
  ({ level }) =>
    values[level] ?? 100;
const byContender =
  (values: Readonly<Record<string, number>>, other = 100): World =>
  ({ contender }) =>
    values[contender] ?? other;
/** Another world for each metric. */
const byMetric =
  (worlds: Readonly<Record<string, World>>, other: World = flat): World =>
  (at) =>
    (worlds[at.metric] ?? other)(at);

const WORLDS: Readonly<Record<string, Worlds>> = {
  A3: {
    asClaimed: ({ scenario, level, contender }) =>
      scenario === "call-depth" && contender === "direct-call" ? 1 : level,
    otherwise: [flat],
  },
  A4: {
    asClaimed: ({ scenario, level }) => (scenario === "dispatch" ? 1 + level : 10 * level),
    otherwise: [flat],
  },
  A5: { asClaimed: byLevel({ 1: 1, 6: 9000, 7: 5000 }), otherwise: [flat] },
  A6: { asClaimed: byContender({ "direct-call": 50 }), otherwise: [() => 50] },
  A7: {
    asClaimed: byContender({ "direct-call": 1 }, 0.5),
    otherwise: [byContender({ "direct-call": 0.5 }, 1)],
  },
  A8: {
    asClaimed: byMetric(
      {
        p99LatenessNs: byContender({ "direct-call": 200 * MS }, 3 * MS),
      },
      byContender({ piscina: 55, stealing: 55 }),
    ),
    otherwise: [
      byMetric(
        { p99LatenessNs: byContender({ "direct-call": 1000 }, 2000) },
        byContender({ coroutine: 80, "native-async": 80 }),
      ),
    ],
  },
  A9: {
    asClaimed: byLevel({ 1: 10 * MS, 2: 5 * MS, 3: 5 * MS, 4: 25 * MS, 5: 5 * MS, 6: 5 * MS }),
    otherwise: [flat],
  },
  B1: { asClaimed: byContender({ "native-async": 1000 }, 0), otherwise: [byContender({ "native-async": 0 }, 1000)] },
  B2: {
    asClaimed: ({ metric, level, contender }) => {
      if (contender === "native-async") return 1000;
      const isDetached = level === 2;
      if (metric === "completed") return isDetached ? 1000 : 0;
      if (metric === "drops") return isDetached ? 0 : 1000;
      return 1000;
    },
    otherwise: [() => 1],
  },
  B3: { asClaimed: byContender({ "busy-poll": 0.99 }, 0.01), otherwise: [() => 0.5] },
  B4: {
    asClaimed: byMetric({ spuriousPolls: byLevel({ 1: 0, 11: 100_000 }) }, byLevel({ 11: 150 })),
    otherwise: [flat],
  },
  B5: {
    asClaimed: byMetric({ p99LatenessNs: byLevel({ 1_000_000: 100_000 }) }),
    otherwise: [byMetric({ nsPerItem: byLevel({ 100: 150 }) })],
  },
  B6: { asClaimed: byLevel({ 1: 200, 100: 1000 }), otherwise: [flat] },
  B7: { asClaimed: byLevel({ 1: 100, 2: 0 }), otherwise: [byLevel({ 1: 0, 2: 100 })] },
  B8: {
    asClaimed: ({ contender, metric }) => {
      if (contender === "threads") return 5 * MIB;
      if (contender === "c-threads") return 10_000;
      return metric === "residentBytes" ? 300 : 500;
    },
    otherwise: [byMetric({ residentBytes: () => 2000, cpu: byLevel({ 1000: 100, 100_000: 1000 }) })],
  },
  B9: { asClaimed: byLevel({ 1: 300, 3: 400 }), otherwise: [flat] },
  B10: {
    asClaimed: ({ level, metric }) => (level === 2 ? 1 / 3 : metric === "firstShare" ? 1 : 0),
    otherwise: [() => 0.2],
  },
  B11: { asClaimed: flat, otherwise: [() => 5000] },
  B12: { asClaimed: byLevel({ 2: 200, 8: 200 }), otherwise: [flat] },
  D1: {
    asClaimed: ({ contender, level }) => {
      if (contender === "direct-call") return 100;
      if (contender === "partition") return level === 2 ? 80 : 55;
      return level === 4 ? 500 : 55;
    },
    otherwise: [
      ({ contender, level }) =>
        contender === "partition" ? 50 : contender === "direct-call" ? 110 : level === 2 ? 200 : 100,
    ],
  },
  D2: { asClaimed: byLevel({ 3: 1000, 6: 1000 }), otherwise: [flat] },
  D3: {
    asClaimed: byMetric({ peakQueued: byLevel({ 1: 1000, 2: 45_000 }) }, byLevel({ 2: 200 })),
    otherwise: [byMetric({ peakQueued: byLevel({ 1: 1001, 2: 30_000 }) })],
  },
  D4: { asClaimed: byLevel({ 1: 50, 3: 50, 5: 50 }), otherwise: [flat] },
  D5: {
    asClaimed: ({ scenario, level }) =>
      scenario === "lock-held" ? (level === 1 ? 100 : 2) * MS : level === 1 ? 50 : 100,
    otherwise: [flat],
  },
  D6: {
    asClaimed: byMetric({ peakConcurrency: ({ level }) => level }, ({ level }) => (3 * MS) / level),
    otherwise: [flat, byMetric({ peakConcurrency: ({ level }) => level + 1 })],
  },
  D7: { asClaimed: byLevel({ 1: MIB, 2: 400 * MIB }), otherwise: [byLevel({ 1: 400 * MIB, 2: MIB })] },
  G1: {
    asClaimed: byContender({ python: 200 * MS, node: 400 * MS }, 2 * MS),
    otherwise: [() => 20 * MS, () => 2000 * MS],
  },
  G2: { asClaimed: byContender({ tokio: 50, go: 60 }), otherwise: [byContender({ go: 200 }, 50)] },
};

const ROUNDS = 8;
const OPERATIONS = 1000;
const claims = Object.keys(WORLDS).map((id) => {
  const claim = ledger.find((each) => each.id === id);
  if (claim === undefined) throw new Error(`there is no claim ${id}`);
  return claim;
});

/** What the claim needs, as it would have been measured in the world that a contender lives in. */
function runIn(worldOf: (contender: string) => World, claim: Claim, rounds = ROUNDS): Run {
  const { wanted } = neededBy([claim], scenarios, "default");
  const names = new Set<string>();
  const observations = wanted.flatMap(({ scenario, contenders, levels }) =>
    [...contenders]
      .filter((contender) => !contender.endsWith(" (twin)"))
      .flatMap((contender) => {
        names.add(contender);
        return levels.flatMap((level) =>
          Array.from({ length: rounds }, (_, round): Observation => {
            const world = worldOf(contender);
            const value = (id: string): number => world({ scenario: scenario.name, contender, level, metric: id });
            // What scatters does so by a per cent.
            const factor = 1 + 0.01 * Math.sin(3 * round + level + 7 * contender.length);
            const total = (id: string): number => OPERATIONS * value(id) * factor;
            return {
              ...{ scenario: scenario.name, contender, level, round, sequence: round, operations: OPERATIONS },
              ...{ elapsedNs: total("time"), cpuNs: total("cpu"), cpuUserNs: 0, cpuSystemNs: 0 },
              heldBytes: total("bytes"),
              counters: Object.fromEntries(
                scenario.metrics.map(({ id, unit, per }) => {
                  if (per === "operation") return [id, total(id)];
                  return [id, unit === "count" || unit === "share" ? value(id) : value(id) * factor];
                }),
              ),
            };
          }),
        );
      }),
  );
  return {
    ...syntheticRun({ rounds: 1 }),
    scenarios: wanted.map(({ scenario: { name, isolates, factor, operation, metrics }, levels }) => ({
      ...{ name, isolates, factor, operation, metrics, levels },
    })),
    contenders: [...names].map((name) => ({
      ...{ name, description: name },
      kind: name === "direct-call" || name === "partition" ? ("blocking" as const) : ("async" as const),
    })),
    observations,
    skipped: [],
    failures: [],
  };
}

function judged(claim: Claim, run: Run): JudgedClaim {
  const [found] = judgeClaims(run, new Samples(run), [claim]);
  if (found === undefined) throw new Error("a claim that is judged has a verdict");
  return found;
}

function worldsOf({ id }: Claim): Worlds {
  const worlds = WORLDS[id];
  if (worlds === undefined) throw new Error(`${id} has no worlds`);
  return worlds;
}

describe.each(claims)("claim $id", (claim) => {
  const { asClaimed, otherwise } = worldsOf(claim);
  const own = judged(
    claim,
    runIn(() => asClaimed, claim),
  );
  const others = otherwise.map((world) =>
    judged(
      claim,
      runIn(() => world, claim),
    ),
  );
  const [first] = own.parts;
  const subject = first?.samples[0]?.contender;

  it("is supported in a world that is as it says, on tokio as well", () => {
    expect(own.parts.filter(({ verdict }) => verdict !== "supported").map(({ because }) => because)).toEqual([]);
    expect(own.verdict).toBe("supported");
  });

  it("has no question that cannot be answered with no", () => {
    const neverNo = own.parts.filter((_, index) =>
      others.every(({ parts }) => parts[index]?.verdict !== "contradicted"),
    );
    expect(neverNo.map(({ because }) => because)).toEqual([]);
  });

  it("is contradicted, or mixed where it asks for a range, in a world that is not", () => {
    for (const { verdict } of others) expect(["contradicted", "mixed"]).toContain(verdict);
  });

  it("is mixed where it holds for some only", () => {
    const alone = own.parts.every(({ contender }) => contender === first?.contender || /^tokio\b/.test(contender));
    const [world = flat] = otherwise;
    const mixed = judged(
      claim,
      runIn((contender) => (contender === subject ? world : asClaimed), claim),
    );
    if (alone) expect(mixed.verdict).toMatch(/^(contradicted|mixed)$/);
    else expect(mixed.verdict).toBe("mixed");
  });

  it("is inconclusive where somebody was not observed", () => {
    const run = runIn(() => asClaimed, claim);
    const without = run.observations.filter(({ contender }) => contender !== subject);
    // What is left of them is that they were asked for.
    const gone = { ...run, observations: without, plan: { ...run.plan, stoppedEarly: "time" as const } };
    const { parts, verdict } = judged(claim, gone);
    if (parts.some(({ contender }) => contender === first?.contender)) expect(verdict).toBe("inconclusive");
    else expect(parts.length).toBeLessThan(own.parts.length);
  });

  it("decides no quantity after a single round", () => {
    const { parts } = judged(
      claim,
      runIn(() => asClaimed, claim, 1),
    );
    const decided = parts.filter(({ effect, verdict }) => effect !== undefined && verdict !== "inconclusive");
    expect(decided.map(({ because }) => because)).toEqual([]);
  });

  it("is not runnable where nothing could be tried", () => {
    const run = runIn(() => asClaimed, claim);
    const skipped = neededBy([claim], scenarios, "default").wanted.flatMap(({ scenario, contenders }) =>
      [...contenders].map((contender) => ({ scenario: scenario.name, contender, reason: "it is missing" })),
    );
    expect(judged(claim, { ...run, observations: [], skipped }).verdict).toBe("not runnable here");
  });
});
