// How far a metric of one place differs between two runs, how far it may differ by noise, and what is to be made of that.
//
// Ratios are taken on logarithms, where twice and half are equally far from equal; metrics that can be zero are subtracted instead. Runs of
// one session are paired by round. A difference counts where its whole 95 % interval lies beyond the noise floor and the least effect, and
// its p-value, corrected for all that is compared, is at most 5 %.
import type { Metric } from "../claims/index.ts";
import { isGeneratorLimited, noiseFloors } from "../claims/index.ts";
import {
  bootstrapMean,
  chanceBeyond,
  commonScatter,
  type CommonScatter,
  type Contrast,
  contrastInterval,
  type Estimate,
  FEWEST_FOR_BOOTSTRAP,
  holm,
  mapEstimate,
  median,
  pairedContrast,
  randomFor,
  unpairedContrast,
} from "../statistics/index.ts";
import type { ByRound } from "../statistics/index.ts";
import { comparedMetrics, isWork, type Place, type Side } from "./places.ts";

/** What a difference is held to be: within noise where it is certainly small, unknown where it scatters too much to tell. */
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
  /** How far two runs of the same program differ, on the scale of the change; undefined where nothing tells. */
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
}

/** What is compared, and how strictly. */
export interface Question {
  readonly base: Side;
  readonly head: Side;
  /** Whether rounds of the same number were made together. */
  readonly paired: boolean;
  /** Relative differences below it count as none. */
  readonly leastEffect: number;
}

/** Programs that show what the machine allows: they stand for the machine and are not judged. */
export function isYardstick({ contender }: Place): boolean {
  return contender.kind === "limit";
}

const LEVEL = 0.05;
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
  const floors = new Floors(question, asked, scatter);
  const measured = asked
    .filter(({ place }) => !isYardstick(place))
    .map((each) => measure(question, each, scatter.get(each.metric.id), floors));
  const adjusted = holm(measured.map(({ p }) => p));
  return measured.map((each, index) => judge(each, adjusted[index] ?? 1));
}

/** How far the programs that stand for the machine moved from one run to the other, by name, as an interval of relative changes. */
export function yardsticks(question: Question, places: readonly Place[]): { name: string; change: Estimate }[] {
  return places.filter(isYardstick).flatMap((place) =>
    comparedMetrics(place.scenario)
      .filter(({ id }) => id === place.scenario.metrics[0]?.id)
      .flatMap((metric) => pair(question, place, metric))
      .filter(({ scale }) => scale === "log")
      .map((each) => ({ name: place.name, change: mapEstimate(contrastInterval(contrastOf(each)), Math.expm1) })),
  );
}

/** The values of both runs on the scale on which they scatter evenly. */
interface Pair {
  readonly place: Place;
  readonly metric: Metric;
  readonly base: ByRound;
  readonly head: ByRound;
  readonly scale: "log" | "linear";
  /** Of runs that are paired: head less base, round by round. */
  readonly steps?: readonly number[];
}

function pair({ base, head, paired }: Question, place: Place, metric: Metric): [] | [Pair] {
  const values = ({ samples }: Side): ByRound =>
    samples.values(place.scenario.name, place.contender.name, place.level, metric);
  const [before, after] = [values(base), values(head)];
  if (before.size === 0 || after.size === 0) return [];
  const scale = [...before.values(), ...after.values()].every((value) => value > 0) ? "log" : "linear";
  const each = { place, metric, base: before, head: after, scale } as const;
  if (!paired) return [each];
  const steps = [...after].flatMap(([round, value]) => {
    const other = before.get(round);
    return other === undefined ? [] : [onScale(scale, value) - onScale(scale, other)];
  });
  return steps.length === 0 ? [] : [{ ...each, steps }];
}

function onScale(scale: Pair["scale"], value: number): number {
  return scale === "log" ? Math.log(value) : value;
}

function valuesOf({ scale }: Pair, values: ByRound): number[] {
  return [...values.values()].map((value) => onScale(scale, value));
}

/** What all questions about one metric know of scatter. Work and times scatter differently, as do the metrics among each other. */
function scatterByMetric(asked: readonly Pair[]): ReadonlyMap<string, CommonScatter> {
  const relative = asked.filter(({ scale }) => scale === "log");
  return new Map(
    [...Map.groupBy(relative, ({ metric }) => metric.id)].flatMap(([id, group]) => {
      const common = commonScatter(
        group.flatMap((each) => (each.steps ? [each.steps] : [valuesOf(each, each.base), valuesOf(each, each.head)])),
      );
      return common === undefined ? [] : [[id, common] as const];
    }),
  );
}

function contrastOf(each: Pair, common?: CommonScatter): Contrast {
  const lent = each.scale === "log" ? common : undefined;
  return each.steps === undefined
    ? unpairedContrast(valuesOf(each, each.base), valuesOf(each, each.head), lent)
    : pairedContrast(each.steps, lent);
}

/**
 * How far the same program differs from itself: what the twins of either run differ by at the level, and, where the runs were not made
 * together, how far the yardsticks of the scenario moved from the one to the other.
 */
class Floors {
  private readonly question: Question;
  private readonly asked: readonly Pair[];
  private readonly scatter: ReadonlyMap<string, CommonScatter>;
  private readonly known = new Map<string, ReadonlyMap<number, number>>();

  constructor(question: Question, asked: readonly Pair[], scatter: ReadonlyMap<string, CommonScatter>) {
    this.question = question;
    this.asked = asked;
    this.scatter = scatter;
  }

  /** As a relative deviation; undefined where there are neither twins nor yardsticks. */
  at({ scenario, level }: Place, metric: Metric): number | undefined {
    const key = JSON.stringify([scenario.name, metric.id]);
    const floors = this.known.get(key) ?? this.find(scenario.name, metric);
    this.known.set(key, floors);
    return floors.get(level);
  }

  private find(name: string, metric: Metric): ReadonlyMap<number, number> {
    const floors = new Map<number, number>();
    const note = (level: number, floor: number): void => {
      floors.set(level, Math.max(floors.get(level) ?? 0, floor));
    };
    const common = this.scatter.get(metric.id);
    for (const { run, samples } of [this.question.base, this.question.head]) {
      const scenario = run.scenarios.find((each) => each.name === name);
      if (scenario === undefined) continue;
      for (const [level, floor] of noiseFloors(samples, scenario, run.contenders, metric, common)) note(level, floor);
    }
    if (this.question.paired) return floors;
    for (const each of this.asked) {
      const { place, scale } = each;
      if (!isYardstick(place) || place.scenario.name !== name || each.metric.id !== metric.id || scale !== "log")
        continue;
      const { low, high } = contrastInterval(contrastOf(each, common));
      if (Number.isFinite(high)) note(place.level, Math.expm1(Math.max(-low, high)));
    }
    return floors;
  }
}

interface Measured extends Omit<Difference, "verdict" | "p" | "roundsNeeded"> {
  readonly contrast: Contrast;
  /** On the scale of the contrast: the interval in which the answer has to hold, and what it must lie beyond. */
  readonly interval: Estimate;
  readonly threshold: number;
  readonly isTooNoisy: boolean;
  readonly p: number;
}

function measure(question: Question, each: Pair, common: CommonScatter | undefined, floors: Floors): Measured {
  const { place, metric, scale } = each;
  const contrast = contrastOf(each, common);
  const interval = widened(contrastInterval(contrast), each, question);
  const [base, head] = [median([...each.base.values()]), median([...each.head.values()])];
  const noise = floors.at(place, metric);
  const least = Math.max(question.leastEffect, noise ?? 0);
  const size = Math.abs(base);
  const threshold = scale === "log" ? Math.log1p(least) : least * size;
  return {
    ...{ place, metric, base, head, contrast, interval, threshold },
    rounds: { base: each.base.size, head: each.head.size },
    change: scale === "log" ? mapEstimate(interval, Math.expm1) : interval,
    scale: scale === "log" ? "relative" : "absolute",
    noise: noise === undefined || scale === "log" ? noise : noise * size,
    isWork: isWork(metric),
    generatorLimited: [question.base, question.head].some(({ samples }) =>
      isGeneratorLimited(samples, place.scenario.name, place.contender.name, place.level),
    ),
    isTooNoisy: (noise ?? 0) > NOISIEST,
    p: chanceBeyond(contrast, threshold),
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

function judge({ contrast, interval, threshold, isTooNoisy, ...each }: Measured, p: number): Difference {
  const isMore = interval.low > threshold && p <= LEVEL;
  const isLess = interval.high < -threshold && p <= LEVEL;
  const isNone = interval.low >= -threshold && interval.high <= threshold;
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
