// Claim A1: below about ten concurrent operations plain blocking code is faster than async, above it async is.
import type { Run } from "../record/run.ts";
import type { Comparison } from "./compare.ts";
import { figure } from "./figure.ts";
import { whyMissing } from "./missing.ts";
import type { JudgedClaim, Part } from "./verdict.ts";
import { combine } from "./verdict.ts";

/** "About ten", read generously and fixed beforehand: the crossover must lie in this range of concurrency. */
const WITHIN = { low: 2, high: 30 };
const BASELINE = "blocking";
const SUBJECTS = [
  { scenario: "echo", contender: "single+epoll" },
  { scenario: "echo", contender: "single+uring" },
  { scenario: "file-read", contender: "single+uring" },
];

/** The comparisons that answer the question in short: anything asynchronous against blocking calls on one thread, in throughput. */
export function isHeadline({ baseline, metric }: Comparison): boolean {
  return baseline === BASELINE && metric.id === "throughput";
}

/** The verdict over the scenarios of the claim that were part of the run; undefined when none was. */
export function judgeA1(run: Run, comparisons: readonly Comparison[]): JudgedClaim | undefined {
  const asked = SUBJECTS.filter(({ scenario }) => run.scenarios.some(({ name }) => name === scenario));
  if (asked.length === 0) return undefined;
  const parts = asked.map(({ scenario, contender }): Part => {
    const subject = `${scenario}: ${contender}`;
    const comparison = comparisons.find(
      (each) => isHeadline(each) && each.scenario.name === scenario && each.contender === contender,
    );
    if (comparison !== undefined) return { subject, ...judge(comparison) };
    const observed = run.observations.some((each) => each.scenario === scenario && each.contender === contender);
    return {
      subject,
      verdict: "not runnable here",
      because: whyMissing(run, scenario, observed ? BASELINE : contender),
    };
  });
  return {
    id: "A1",
    statement: "Below about ten concurrent I/O operations plain blocking code is faster than async; above it async is.",
    predicate:
      `There is a crossover N* within ${WITHIN.low} to ${WITHIN.high} above which every contender of this runtime ` +
      "(single+epoll, single+uring) is ahead of blocking calls on one thread in throughput, and below which blocking is ahead.",
    verdict: combine(parts),
    parts,
  };
}

function judge({ levels, crossover, sentence }: Comparison): Omit<Part, "subject"> {
  const early = levels.find(({ level, standing }) => level < WITHIN.low && standing === "ahead");
  if (early !== undefined) {
    return contradicted(sentence, `async is ahead at ${early.level} already, where blocking should be.`);
  }
  const late = levels.findLast(({ level, standing }) => level > WITHIN.high && standing === "behind");
  if (late !== undefined)
    return contradicted(sentence, `blocking is still ahead at ${late.level}, where async should be.`);
  switch (crossover.kind) {
    case "ahead-everywhere":
      return contradicted(sentence, "there is no level at which blocking is ahead.");
    case "behind-everywhere":
      return contradicted(sentence, "there is no level at which async is ahead.");
    case "one-sided":
      return { verdict: "inconclusive", because: sentence };
    case "undecided":
      return crossover.why === "several-crossings"
        ? contradicted(sentence, "there is no single crossover.")
        : { verdict: "inconclusive", because: sentence };
    case "crosses": {
      if (crossover.direction === "falls-behind") return contradicted(sentence, "it crosses the other way.");
      const range = `the range from ${WITHIN.low} to ${WITHIN.high}`;
      if (crossover.low >= WITHIN.low && crossover.high <= WITHIN.high)
        return { verdict: "supported", because: sentence };
      if (crossover.high < WITHIN.low || crossover.low > WITHIN.high) {
        return contradicted(sentence, `N* = ${figure(crossover.at)} lies outside ${range}.`);
      }
      return { verdict: "inconclusive", because: `${sentence} The interval reaches beyond ${range}.` };
    }
  }
}

function contradicted(sentence: string, reason: string): Omit<Part, "subject"> {
  return { verdict: "contradicted", because: `${sentence} Against the claim: ${reason}` };
}
