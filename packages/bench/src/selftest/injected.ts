// Whether the lab finds what is known: the same program with 5 % and with 20 % more work in it must be found slower, and a repetition
// of it must not. Real processes on this machine, measured and judged in the way of any scenario.
import { Evidence } from "../claims/evidence.ts";
import { Samples } from "../claims/index.ts";
import { atLeast } from "../claims/predicates.ts";
import type { Part } from "../claims/verdict.ts";
import { STANDARD } from "../record/metric.ts";
import type { Run } from "../record/run.ts";
import type { Mould } from "../runner/mould.ts";
import type { Wanted } from "../runner/plan.ts";
import type { Scenario } from "../scenarios/index.ts";
import { microScenario } from "../scenarios/micro/micro-scenario.ts";
import { holm, moreRoundsFor, studentP } from "../statistics/index.ts";
import type { SelfTestLine } from "./line.ts";

const CONTENDER = "direct-call";
/** The steps of an operation, as they are and with more of them. */
export const AS_IS = 100;
export const SLOWED: readonly number[] = [105, 120];
const OPERATIONS = 10_000;
/** Slowdowns are told from a hundredth on, and not from a twentieth as differences between contenders. */
const MINIMUM_EFFECT = 0.01;
/** The chance of any false difference among all repetitions of a run. */
const FALSE_RATE = 0.05;

/** Processor time says it also where other programs take turns with the lab's. */
const METRICS = [STANDARD.time, STANDARD.cpu];

export const slowed: Scenario = microScenario({
  name: "slowed",
  folder: "selftest",
  isolates: "A known amount of work, and a known amount more.",
  factor: "steps",
  levels: [AS_IS, ...SLOWED],
  operation: "operation",
  metrics: METRICS,
  operations: () => OPERATIONS,
  result: (_level, operations) => operations,
  contenders: [CONTENDER],
});

/** What the self-test measures. */
export const INJECTED: readonly Wanted[] = [
  { scenario: slowed, contenders: new Set([CONTENDER]), levels: slowed.levels, repeated: CONTENDER },
];

/** Of a single loop the compiler has soon made what it can. */
const BUDGET = { warmupMs: 40, batchMs: 20 };

/** Many rounds of short observations, because what differs from process to process is not less in longer ones: about two minutes. */
export const INJECTED_ROUNDS = 120;

/** As long as it takes. */
export function injectedMould(rounds: number = INJECTED_ROUNDS): Mould {
  return { rounds, limitMs: Infinity, budget: BUDGET };
}

/** What the run found of what is known. Where all is well, it fails by chance in one of twenty runs at most. */
export function judgeInjected(run: Run): SelfTestLine[] {
  const evidence = new Evidence(run, new Samples(run), MINIMUM_EFFECT);
  const slowdowns = METRICS.flatMap(({ id }) => SLOWED.map((level) => found(evidence, id, level, run.plan.rounds)));
  const repetitions = METRICS.flatMap(({ id }) => slowed.levels.map((level) => repetition(evidence, id, level)));
  const adjusted = holm(repetitions.map(({ p }) => p));
  return [
    ...slowdowns,
    ...repetitions.map(({ what, because }, index) => ({ what, because, passed: (adjusted[index] ?? 0) > FALSE_RATE })),
  ];
}

/** Whether the run shows that the program takes longer with so many steps. */
export function isFound(run: Run, level: number): boolean {
  const evidence = new Evidence(run, new Samples(run), MINIMUM_EFFECT);
  return answerTo(evidence, STANDARD.time.id, level).verdict === "supported";
}

function answerTo(evidence: Evidence, metric: string, level: number): Part {
  return atLeast(evidence.growth({ scenario: slowed.name, contender: CONTENDER, from: AS_IS, to: level, metric }), 1);
}

function found(evidence: Evidence, metric: string, level: number, rounds: number): SelfTestLine {
  const { verdict, because, question } = answerTo(evidence, metric, level);
  const moreRounds = verdict === "inconclusive" && question ? moreRoundsFor(question) : undefined;
  const advice = moreRounds === undefined ? "" : ` Try --rounds ${rounds + moreRounds}.`;
  return {
    what: `a slowdown of ${level - AS_IS} %, which must be found`,
    passed: verdict === "supported",
    because: `${because}${advice}`,
  };
}

/** How likely the same program differs so much from itself. The floor is left out: it comes from this very pair. */
function repetition(
  evidence: Evidence,
  metric: string,
  level: number,
): Pick<SelfTestLine, "what" | "because"> & { p: number } {
  const pair = { scenario: slowed.name, contender: `${CONTENDER} (twin)`, baseline: CONTENDER, level, metric };
  const effect = evidence.ratio(pair);
  const what = `no slowdown at ${level} steps, which must not be found`;
  if (effect.kind === "missing") return { what, p: 0, because: effect.because };
  const hurdle = Math.log1p(MINIMUM_EFFECT);
  const distance = Math.log(effect.estimate.value);
  const p = Math.abs(distance) <= hurdle ? 1 : studentP(effect.values, Math.sign(distance) * hurdle);
  return { what, p, because: atLeast({ ...effect, floor: 0 }, 1).because };
}
