// From what was measured to an answer. A quantity answers with its whole 95 % interval, and a ratio only beyond what two runs of the
// same program differ by; a count answers exactly.
import type { Interval } from "../statistics/index.ts";
import { studentP } from "../statistics/index.ts";
import type { Count, Crossing, Effect, Missing } from "./effect.ts";
import { figure } from "./figure.ts";
import { quantity } from "./quantity.ts";
import { listed } from "./sentence.ts";
import type { Part } from "./verdict.ts";

/**
 * The effect is `bound` or more, in its own unit. "More at all" is written `atLeast(ratio, 1)`, and asks for the claim's minimum
 * effect.
 */
export function atLeast(effect: Effect | Missing, bound: number): Part {
  if (effect.kind === "missing") return notMeasured(effect);
  const least = effect.unit === "times" && bound >= 1 ? Math.max(bound, 1 + effect.minimumEffect) : bound;
  return decide(effect, least, "least");
}

/** The effect is `bound` or less. "Less at all" is written `atMost(ratio, 1)`, and asks for the claim's minimum effect. */
export function atMost(effect: Effect | Missing, bound: number): Part {
  if (effect.kind === "missing") return notMeasured(effect);
  const most = effect.unit === "times" && bound <= 1 ? Math.min(bound, 1 / (1 + effect.minimumEffect)) : bound;
  return decide(effect, most, "most");
}

/** Every round counted exactly this. */
export function countIs(count: Count | Missing, expected: number): Part {
  return countSatisfies(count, String(expected), (value) => value === expected);
}

/** Every round counted what `holds`; `asked` says it in words, such as "at most 3". */
export function countSatisfies(count: Count | Missing, asked: string, holds: (value: number) => boolean): Part {
  if (count.kind === "missing") return notMeasured(count);
  const { subject, contender, samples, name, values } = count;
  const kept = values.filter(holds).length;
  const seen = listed([...new Set(values)].toSorted((a, b) => a - b).map(String));
  return {
    ...{ subject, contender, samples, rounds: values.length },
    verdict: kept === values.length ? "supported" : "contradicted",
    because: `${subject} counted ${seen} ${name}; ${asked} was asked, and held in ${kept} of ${values.length} rounds.`,
  };
}

/** The contender is behind below a crossover N* between `low` and `high`, and ahead above it. */
export function crossoverWithin(crossing: Crossing | Missing, { low, high }: Interval): Part {
  if (crossing.kind === "missing") return notMeasured(crossing);
  const { subject, contender, samples, comparison } = crossing;
  const answer = judgeCrossing(comparison, low, high);
  return { subject, contender, samples, rounds: Math.max(...comparison.levels.map(({ rounds }) => rounds)), ...answer };
}

/** What was not measured answers nothing: because it cannot be had here, or because this run did not get to it. */
function notMeasured({ subject, contender, samples, because, wasTried }: Missing): Part {
  return { subject, contender, samples, verdict: wasTried ? "not runnable here" : "inconclusive", because, rounds: 0 };
}

function decide(effect: Effect, bound: number, side: "least" | "most"): Part {
  const { subject, contender, samples, estimate, unit, values, scale, common, floor, words } = effect;
  // What two runs of the same program differ by may be all in this one's favour.
  const slack = unit === "times" ? 1 + floor : 1;
  const low = Math.min(estimate.low, effect.resampled?.low ?? estimate.low) / slack;
  const high = Math.max(estimate.high, effect.resampled?.high ?? estimate.high) * slack;
  const isAtLeast = low >= bound ? true : high < bound ? false : undefined;
  const isAtMost = high <= bound ? true : low > bound ? false : undefined;
  const answer = side === "least" ? isAtLeast : isAtMost;
  const verdict = answer === undefined ? "inconclusive" : answer ? "supported" : "contradicted";
  const onScale = scale === "log" ? Math.log : (value: number) => value;
  const allowance = unit === "times" ? Math.log(slack) : 0;
  const isAbove = estimate.value >= bound;
  const hurdle = onScale(bound) + (isAbove ? allowance : -allowance);
  const isBeyond = isAbove ? onScale(estimate.value) > hurdle : onScale(estimate.value) < hurdle;
  const asked = `at ${side} ${quantity(bound, unit)} was asked`;
  const noise =
    floor > 0 && verdict === "inconclusive"
      ? `, and two runs of the same program differ by up to ${figure(floor * 100)} %`
      : "";
  return {
    ...{ subject, contender, samples, verdict, rounds: values.length, effect: { estimate, unit } },
    asked: side === "least" ? { low: bound, floor } : { high: bound, floor },
    because: `${subject} ${words} (${intervalOf(effect)}); ${asked}${noise}.`,
    p: isBeyond ? studentP(values, hurdle, common) : 1,
    question: { values, mean: onScale(bound), allowance, ...(common === undefined ? {} : { common }) },
  };
}

function intervalOf({ estimate: { low, high }, unit, values }: Effect): string {
  if (values.length === 1) return "one round, so no interval";
  const bounds =
    unit === "times" ? `${figure(low)} to ${figure(high)}` : `${quantity(low, unit)} to ${quantity(high, unit)}`;
  return `95 % interval ${bounds}, ${values.length} rounds`;
}

/** 95 % intervals are shortened by this much more, so that four of five runs find what one more run has a coin's chance to find. */
const POWER_FACTOR = (1.96 + 0.84) / 1.96;
const MOST_ROUNDS = 1000;

/** How many more rounds would shorten the interval of a crossover, which shrinks with their square root, to fit or to miss the range. */
function moreRoundsWithin(
  { at, low, high }: { readonly at: number } & Interval,
  range: Interval,
  rounds: number,
): number | undefined {
  const needed = [range.low, range.high].flatMap((end) => {
    if (end <= low || end >= high) return [];
    const reach = Math.abs(Math.log((end < at ? low : high) / at));
    return rounds * ((POWER_FACTOR * reach) / Math.abs(Math.log(end / at))) ** 2;
  });
  const most = Math.ceil(Math.max(...needed));
  return Number.isFinite(most) && most <= MOST_ROUNDS ? most - rounds : undefined;
}

type Answer = Pick<Part, "verdict" | "because" | "effect" | "asked" | "moreRounds">;

function judgeCrossing({ levels, crossover, sentence }: Crossing["comparison"], low: number, high: number): Answer {
  const against = (reason: string): Answer => ({
    verdict: "contradicted",
    because: `${sentence} Against the claim: ${reason}`,
  });
  const early = levels.find(({ level, standing }) => level < low && standing === "ahead");
  if (early !== undefined) return against(`it is ahead at ${early.level} already.`);
  const late = levels.findLast(({ level, standing }) => level > high && standing === "behind");
  if (late !== undefined) return against(`it is still behind at ${late.level}.`);
  switch (crossover.kind) {
    case "ahead-everywhere":
      return against("there is no level at which it is behind.");
    case "behind-everywhere":
      return against("there is no level at which it is ahead.");
    case "one-sided":
      return { verdict: "inconclusive", because: sentence };
    case "undecided":
      return crossover.why === "several-crossings"
        ? against("there is no single crossover.")
        : { verdict: "inconclusive", because: sentence };
    case "crosses": {
      if (crossover.direction === "falls-behind") return against("it crosses the other way.");
      const effect = {
        effect: { estimate: { value: crossover.at, low: crossover.low, high: crossover.high }, unit: "count" },
        asked: { low, high, floor: 0 },
      } as const;
      if (crossover.low >= low && crossover.high <= high) return { verdict: "supported", because: sentence, ...effect };
      const range = `the range from ${low} to ${high}`;
      if (crossover.high < low || crossover.low > high) {
        return { ...against(`N* = ${figure(crossover.at)} lies outside ${range}.`), ...effect };
      }
      const rounds = Math.max(...levels.map((each) => each.rounds));
      const moreRounds = moreRoundsWithin(crossover, { low, high }, rounds);
      return {
        ...{ verdict: "inconclusive", because: `${sentence} The interval reaches beyond ${range}.`, ...effect },
        ...(moreRounds === undefined ? {} : { moreRounds }),
      };
    }
  }
}
