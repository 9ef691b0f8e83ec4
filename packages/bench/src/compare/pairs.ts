// The values of one metric of one place in both runs, side by side on the scale on which they scatter evenly, and how far they lie apart.
//
// A twin is the same program under another name, observed in the same rounds: what both took in a round is averaged, which halves the noise.
import type { Metric } from "../claims/index.ts";
import {
  type ByRound,
  commonScatter,
  type CommonScatter,
  type Contrast,
  contrastInterval,
  type Estimate,
  mapEstimate,
  pairedContrast,
  unpairedContrast,
} from "../statistics/index.ts";
import { comparedMetrics, type Place, type Side } from "./places.ts";

/** What is compared, and how strictly. */
export interface Question {
  readonly base: Side;
  readonly head: Side;
  /** Whether rounds of the same number were made together. */
  readonly paired: boolean;
  /** Relative differences below it count as none. */
  readonly leastEffect: number;
}

/** The values of both runs. */
export interface Pair {
  readonly place: Place;
  readonly metric: Metric;
  readonly base: ByRound;
  readonly head: ByRound;
  readonly scale: "log" | "linear";
  /** Of runs that are paired: head less base, round by round. */
  readonly steps?: readonly number[];
}

/** Programs that show what the machine allows: they stand for the machine and are not judged. */
export function isYardstick({ contender }: Place): boolean {
  return contender.kind === "limit";
}

/** The values of one metric at one place; nothing where either run has none. */
export function pair({ base, head, paired }: Question, place: Place, metric: Metric): [] | [Pair] {
  const [before, after] = [valuesAt(base, place, metric), valuesAt(head, place, metric)];
  const all = [...before, ...after].flatMap((values) => [...values.values()]);
  const scale = all.every((value) => value > 0) ? "log" : "linear";
  const each = { place, metric, base: averaged(scale, before), head: averaged(scale, after), scale } as const;
  if (each.base.size === 0 || each.head.size === 0) return [];
  if (!paired) return [each];
  const steps = [...each.head].flatMap(([round, value]) => {
    const other = each.base.get(round);
    return other === undefined ? [] : [onScale(scale, value) - onScale(scale, other)];
  });
  return steps.length === 0 ? [] : [{ ...each, steps }];
}

/** What all questions about one metric know of scatter. Work and times scatter differently, as do the metrics among each other. */
export function scatterByMetric(asked: readonly Pair[]): ReadonlyMap<string, CommonScatter> {
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

/** How far the runs lie apart. @param common what other questions about the metric know of scatter */
export function contrastOf(each: Pair, common?: CommonScatter): Contrast {
  const lent = each.scale === "log" ? common : undefined;
  return each.steps === undefined
    ? unpairedContrast(valuesOf(each, each.base), valuesOf(each, each.head), lent)
    : pairedContrast(each.steps, lent);
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

/** Of the contender and of its twin, where it has one. */
function valuesAt({ run, samples }: Side, { scenario, contender, level }: Place, metric: Metric): ByRound[] {
  const twin = run.contenders.find(({ twinOf }) => twinOf === contender.name);
  return [contender, ...(twin === undefined ? [] : [twin])].map(({ name }) =>
    samples.values(scenario.name, name, level, metric),
  );
}

/** In each round the mean of those that have a value there. */
function averaged(scale: Pair["scale"], values: readonly ByRound[]): ByRound {
  const rounds = Map.groupBy(
    values.flatMap((each) => [...each]),
    ([round]) => round,
  );
  return new Map(
    [...rounds].map(([round, each]) => {
      const mean = each.reduce((sum, [, value]) => sum + onScale(scale, value), 0) / each.length;
      // One value stays what it is, to the last digit.
      const [[, only] = [round, mean]] = each;
      return [round, each.length === 1 ? only : scale === "log" ? Math.exp(mean) : mean];
    }),
  );
}

function onScale(scale: Pair["scale"], value: number): number {
  return scale === "log" ? Math.log(value) : value;
}

function valuesOf({ scale }: Pair, values: ByRound): number[] {
  return [...values.values()].map((value) => onScale(scale, value));
}
