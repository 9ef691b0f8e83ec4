// How often the lab sees a difference where there is none: thousands of made-up runs of two equal contenders, under noise worse than a
// quiet machine's, judged by the code that judges real ones. The seed is fixed, so the rates are facts about the code.
import { Evidence } from "../claims/evidence.ts";
import { judgeClaims, Samples } from "../claims/index.ts";
import type { Claim } from "../claims/index.ts";
import { atLeast, atMost } from "../claims/predicates.ts";
import { STANDARD } from "../record/metric.ts";
import { RUN_SCHEMA_VERSION } from "../record/run.ts";
import type { ContenderRecord, Observation, Run } from "../record/run.ts";
import { meanEstimate, type Random, randomFor } from "../statistics/index.ts";
import type { SelfTestLine } from "./line.ts";

/** In a whole ledger of so many questions, the chance of any false difference is what is promised. */
const QUESTIONS = 40;
const PROMISED = 0.05;
const SCATTER = 0.03;

const NOISE: Readonly<Record<string, (random: Random) => number>> = {
  "log-normal": (random) => SCATTER * normal(random),
  "two states": (random) => SCATTER * normal(random) + (random.below(2) === 0 ? 0 : 0.1),
  "one in ten disturbed": (random) => SCATTER * normal(random) + (random.below(10) === 0 ? 0.3 : 0),
};

/** For each kind of noise: the rate of one interval, of one verdict, and of a whole ledger. */
export function falseDifferences(runs = 400, rounds = 6): SelfTestLine[] {
  return Object.entries(NOISE).flatMap(([name, noise]) => {
    const random = randomFor(20, name);
    let intervals = 0;
    let verdicts = 0;
    let ledgers = 0;
    for (let run = 0; run < runs; run += 1) {
      const record = equalContenders(rounds, () => noise(random));
      const { low, high } = meanEstimate(pairedLogs(record, "a 0", "b 0"));
      if (low > 0 || high < 0) intervals += 1;
      const evidence = new Evidence(record, new Samples(record), 0);
      if (isDifferent(evidence, 0)) verdicts += 1;
      if (judgeClaims(record, new Samples(record), LEDGER).some(({ verdict }) => verdict !== "inconclusive"))
        ledgers += 1;
    }
    const line = (what: string, count: number): SelfTestLine => ({
      what: `${name} noise: ${what}`,
      passed: count / runs <= PROMISED + 3 * Math.sqrt((PROMISED * (1 - PROMISED)) / runs),
      because: `${((100 * count) / runs).toFixed(1)} % of ${runs} made-up runs of ${rounds} rounds saw a difference where there is none; at most ${100 * PROMISED} % is promised.`,
    });
    return [
      line("one interval, without any floor", intervals),
      line("one verdict, beyond the noise floor", verdicts),
      line(`any verdict in a ledger of ${QUESTIONS} questions`, ledgers),
    ];
  });
}

/** As many questions as there are pairs, without a minimum effect: the hardest case. */
const LEDGER: readonly Claim[] = Array.from({ length: QUESTIONS }, (_, index) => ({
  ...{ id: `${index}`, source: "", statement: "", predicate: "", minimumEffect: 0, needs: [] },
  judge: (evidence) => {
    const ratio = evidence.ratio(pairOf(index));
    const [more, less] = [atLeast(ratio, 1), atMost(ratio, 1)];
    // One question: whether they differ, on whichever side the value lies.
    const side = ratio.kind === "effect" && ratio.estimate.value >= 1 ? more : less;
    return [side.verdict === "contradicted" ? { ...side, verdict: "inconclusive" } : side];
  },
}));

function isDifferent(evidence: Evidence, index: number): boolean {
  const ratio = evidence.ratio(pairOf(index));
  return [atLeast(ratio, 1), atMost(ratio, 1)].some(({ verdict }) => verdict === "supported");
}

function pairOf(index: number): { scenario: string; contender: string; baseline: string; level: number } {
  return { scenario: "equal", contender: `a ${index}`, baseline: `b ${index}`, level: 1 };
}

function pairedLogs({ observations }: Run, first: string, second: string): number[] {
  const times = (name: string): number[] =>
    observations.filter(({ contender }) => contender === name).map(({ elapsedNs }) => elapsedNs);
  const others = times(second);
  return times(first).map((time, round) => Math.log(time / (others[round] ?? Number.NaN)));
}

/** Pairs of contenders that take the same time, with a twin of the first for the floor. */
function equalContenders(rounds: number, noise: () => number): Run {
  const pairs = Array.from({ length: QUESTIONS }, (_, index) => [`a ${index}`, `b ${index}`]).flat();
  const twin: ContenderRecord = { name: "a 0 (twin)", description: "", kind: "async", twinOf: "a 0" };
  const names = [...pairs, twin.name];
  const observations = names.flatMap((contender) =>
    Array.from({ length: rounds }, (_, round): Observation => ({
      ...{ scenario: "equal", contender, level: 1, round, sequence: 0, operations: 1 },
      ...{ elapsedNs: 1000 * Math.exp(noise()), cpuNs: 0, cpuUserNs: 0, cpuSystemNs: 0 },
    })),
  );
  return {
    schemaVersion: RUN_SCHEMA_VERSION,
    ...{ startedAt: "1970-01-01T00:00:00Z", elapsedMs: 0, seed: 1, skipped: [], failures: [], observations },
    plan: { mode: "default", rounds, completedRounds: rounds, stoppedEarly: false },
    environment: NOWHERE,
    scenarios: [
      { name: "equal", isolates: "", factor: "tasks", levels: [1], operation: "operation", metrics: [STANDARD.time] },
    ],
    contenders: [...pairs.map((name): ContenderRecord => ({ name, description: "", kind: "async" })), twin],
  };
}

/** Where made-up runs were made. */
export const NOWHERE: Run["environment"] = {
  cpu: { model: "none", logicalCores: 1 },
  ...{ memoryBytes: 0, kernel: { release: "" }, mitigations: {}, virtualisation: "none", load: [0, 0, 0] },
  versions: { node: "", v8: "", libuv: "" },
  ...{ git: null, pinning: null, dataFileSystem: "", warnings: [] },
};

/** A draw from the standard normal distribution (Box and Muller, 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}
