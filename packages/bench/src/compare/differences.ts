// How far a metric of one place differs between two runs, how far it may differ by noise, and what is to be made of that.
//
// Ratios are taken on logarithms, where twice and half are equally far from equal; metrics that can be zero are subtracted instead. Runs of
// one session are paired by round. A twin is the same program once more, so what both took in a round is averaged: it shows the noise, and
// halves it. A difference counts where its whole 95 % interval lies beyond the noise floor and the least effect, and its p-value, corrected
// for all that is compared, is at most 5 %.
import type { Metric } from "../claims/index.ts";
import { isGeneratorLimited } from "../claims/index.ts";
import {
  bootstrapMean,
  chanceBeyond,
  type CommonScatter,
  type Contrast,
  contrastInterval,
  type Estimate,
  FEWEST_FOR_BOOTSTRAP,
  holm,
  mapEstimate,
  median,
  randomFor,
} from "../statistics/index.ts";
import { NoiseFloors } from "./noise.ts";
import { contrastOf, isYardstick, type Pair, pair, type Question, scatterByMetric } from "./pairs.ts";
import { comparedMetrics, isWork, type Place } from "./places.ts";
import { findable, LEVEL } from "./power.ts";

/**
 * What a difference is held to be: within noise where there may be none, and certainly none beyond what the same program may differ by;
 * unknown where it scatters too much to tell.
 */
export type Verdict = "improved" | "regressed" | "within noise" | "unknown";

/** One metric of one place in both runs. */
export interface Difference {
  readonly place: Place;
  readonly metric: Metric;
  /** Medians over rounds, in the metric's unit. */
  readonly base: number;
  readonly head: number;
  readonly rounds: { readonly base: number; readonly head: number };
  /** Head over base less one, 0.1 being 10 % more; or head less base in the metric's unit where the metric can be zero. */
  readonly change: Estimate;
  readonly scale: "relative" | "absolute";
  /** How far two runs of the same program differ, beyond which a difference counts, on the scale of the change; undefined where nothing tells. */
  readonly noise: number | undefined;
  readonly verdict: Verdict;
  /** Corrected for all differences that were asked about (Holm). */
  readonly p: number;
  /** Whether it tells of work done, and not of the time that passed. */
  readonly isWork: boolean;
  /** The load generator was the limit of either run, so that the true difference may be larger. */
  readonly generatorLimited: boolean;
  /** Of an unknown one: how many rounds in all would probably tell. */
  readonly roundsNeeded?: number;
  /** The least true difference that this scatter lets be found four times out of five, as a relative change; undefined of absolute ones. */
  readonly findable?: number;
}

/** Where the same program differs from itself by more than a quarter, nothing is known to be small. */
const NOISIEST = 0.25;
/** More rounds than this are no advice. */
const MOST_ROUNDS = 1000;
/** 95 % intervals that are this much narrower find the difference four times out of five. */
const POWER_FACTOR = (1.96 + 0.84) / 1.96;

/** @param isKnown what an exact count has answered already */
export function differences(
  question: Question,
  places: readonly Place[],
  isKnown: (place: Place, metric: Metric) => boolean,
): Difference[] {
  const asked = places.flatMap((place) =>
    comparedMetrics(place.scenario).flatMap((metric) => (isKnown(place, metric) ? [] : pair(question, place, metric))),
  );
  const scatter = scatterByMetric(asked);
  const floors = new NoiseFloors(question, asked, scatter);
  const measured = asked
    .filter(({ place }) => !isYardstick(place))
    .map((each, _, { length }) => measure(question, each, scatter.get(each.metric.id), floors, length));
  const adjusted = holm(measured.map(({ p }) => p));
  return measured.map((each, index) => judge(each, adjusted[index] ?? 1));
}

interface Measured extends Omit<Difference, "verdict" | "p" | "roundsNeeded"> {
  readonly contrast: Contrast;
  /** On the scale of the contrast: the interval in which the answer has to hold, what it must lie beyond to count, and within to be none. */
  readonly interval: Estimate;
  readonly threshold: number;
  readonly nothing: number;
  readonly isTooNoisy: boolean;
  readonly p: number;
}

function measure(
  question: Question,
  each: Pair,
  common: CommonScatter | undefined,
  floors: NoiseFloors,
  comparisons: number,
): Measured {
  const { place, metric, scale } = each;
  const contrast = contrastOf(each, common);
  const interval = widened(contrastInterval(contrast), each, question);
  const [base, head] = [median([...each.base.values()]), median([...each.head.values()])];
  const floor = floors.at(place, metric);
  // What decides: in one session the interval has the rest.
  const noise = question.paired ? floor?.typical : floor?.most;
  const size = Math.abs(base);
  const beyond = (least: number): number => (scale === "log" ? Math.log1p(least) : least * size);
  const threshold = beyond(Math.max(question.leastEffect, floor?.typical ?? 0));
  return {
    ...{ place, metric, base, head, contrast, interval, threshold },
    nothing: beyond(Math.max(question.leastEffect, floor?.most ?? 0)),
    rounds: { base: each.base.size, head: each.head.size },
    change: scale === "log" ? mapEstimate(interval, Math.expm1) : interval,
    scale: scale === "log" ? "relative" : "absolute",
    noise: noise === undefined || scale === "log" ? noise : noise * size,
    isWork: isWork(metric),
    generatorLimited: [question.base, question.head].some(({ samples }) =>
      isGeneratorLimited(samples, place.scenario.name, place.contender.name, place.level),
    ),
    isTooNoisy: (floor?.most ?? 0) > NOISIEST,
    p: chanceBeyond(contrast, threshold),
    ...(scale === "log" ? { findable: Math.expm1(findable(contrast, threshold, comparisons)) } : {}),
  };
}

/** From so many rounds on the answer has to hold in an interval that assumes no distribution as well. */
function widened(interval: Estimate, { steps, place, metric }: Pair, { head }: Question): Estimate {
  if (steps === undefined || steps.length < FEWEST_FOR_BOOTSTRAP) return interval;
  const resampled = bootstrapMean(steps, randomFor(head.run.seed, `${place.name} ${metric.id}`));
  return {
    value: interval.value,
    low: Math.min(interval.low, resampled.low),
    high: Math.max(interval.high, resampled.high),
  };
}

function judge({ contrast, interval, threshold, nothing, isTooNoisy, ...each }: Measured, p: number): Difference {
  const [isAbove, isBelow] = [interval.low > threshold, interval.high < -threshold];
  const [isMore, isLess] = [isAbove && p <= LEVEL, isBelow && p <= LEVEL];
  // What lies beyond, but may do so by chance among so many, is not called small either.
  const isWithin = (least: number): boolean => interval.low >= -least && interval.high <= least;
  const mayBeNone = interval.low <= 0 && interval.high >= 0;
  const isNone = isWithin(threshold) || (mayBeNone && isWithin(nothing));
  if (isMore || isLess) {
    return { ...each, p, verdict: isMore === (each.metric.better === "higher") ? "improved" : "regressed" };
  }
  if (isNone) return { ...each, p, verdict: isTooNoisy ? "unknown" : "within noise" };
  const needed = roundsThatTell(contrast, interval, threshold, Math.min(each.rounds.base, each.rounds.head));
  return { ...each, p, verdict: "unknown", ...(needed === undefined ? {} : { roundsNeeded: needed }) };
}

/** Intervals shrink with the square root of the rounds. */
function roundsThatTell(
  { value, freedom }: Contrast,
  { low, high }: Estimate,
  threshold: number,
  rounds: number,
): number | undefined {
  const distance = Math.abs(Math.abs(value) - threshold);
  if (freedom === 0 || distance === 0) return undefined;
  const needed = Math.ceil(rounds * ((POWER_FACTOR * (high - low)) / 2 / distance) ** 2);
  return needed > rounds && needed <= MOST_ROUNDS ? needed : undefined;
}
