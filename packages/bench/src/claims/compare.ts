// One asynchronous contender against one blocking baseline in one metric, along the levels of a scenario.
import type { ContenderRecord, Run, ScenarioRecord } from "../record/run.ts";
import { estimateCrossover, logRatios, mapEstimate, meanEstimate, standings } from "../statistics/index.ts";
import type { AdvantageAtLevel, Crossover, Estimate, Standing } from "../statistics/index.ts";
import { metricsOf } from "./metrics.ts";
import type { Metric } from "./metrics.ts";
import { noiseFloors, thresholdOf } from "./noise.ts";
import type { Samples } from "./samples.ts";
import { describeComparison } from "./sentence.ts";

export interface ComparedLevel {
  readonly level: number;
  /** Above 1 where the contender is ahead, whichever way the metric counts; paired by round. */
  readonly advantage: Estimate;
  /** The ratio that the whole interval must exceed (or, inverted, stay below) before the difference counts. */
  readonly threshold: number;
  /** Corrected for the number of levels, so it may be unclear where the interval alone would decide. */
  readonly standing: Standing;
  /** Rounds in which both were observed. */
  readonly rounds: number;
  /** Whether the load generator was the limit of either, so that the true difference may be larger. */
  readonly generatorLimited: boolean;
}

export interface Comparison {
  readonly scenario: ScenarioRecord;
  readonly metric: Metric;
  readonly contender: string;
  readonly baseline: string;
  /** The levels at which both were observed, ascending. Never empty. */
  readonly levels: readonly ComparedLevel[];
  readonly crossover: Crossover;
  /** The result in plain words. */
  readonly sentence: string;
}

/** Every asynchronous contender against every blocking one that shares a level with it. Twins are for the noise floor only. */
export function compareAll(run: Run, samples: Samples, scenario: ScenarioRecord): Comparison[] {
  const ofKind = (kind: ContenderRecord["kind"]): ContenderRecord[] =>
    run.contenders.filter((contender) => contender.kind === kind && contender.twinOf === undefined);
  return metricsOf(scenario).flatMap((metric) => {
    const floors = noiseFloors(samples, scenario, run.contenders, metric);
    return ofKind("blocking").flatMap((baseline) =>
      ofKind("async").flatMap(
        (contender) => compare(samples, scenario, metric, contender.name, baseline.name, floors) ?? [],
      ),
    );
  });
}

/** Along the levels at which both were observed; undefined where there is none. */
export function compare(
  samples: Samples,
  scenario: ScenarioRecord,
  metric: Metric,
  contender: string,
  baseline: string,
  floors: ReadonlyMap<number, number>,
): Comparison | undefined {
  const advantages: AdvantageAtLevel[] = scenario.levels
    .toSorted((a, b) => a - b)
    .flatMap((level) => {
      const own = samples.values(scenario.name, contender, level, metric);
      const other = samples.values(scenario.name, baseline, level, metric);
      const advantage = metric.better === "higher" ? logRatios(own, other) : logRatios(other, own);
      return advantage.size === 0 ? [] : [{ level, advantage, threshold: thresholdOf(floors.get(level)) }];
    });
  if (advantages.length === 0) return undefined;
  const sides = standings(advantages);
  const levels = advantages.map(({ level, advantage, threshold }, index): ComparedLevel => {
    const estimate = meanEstimate([...advantage.values()]);
    return {
      level,
      advantage: mapEstimate(estimate, Math.exp),
      threshold: Math.exp(threshold),
      standing: sides[index] ?? "unclear",
      rounds: advantage.size,
      generatorLimited: [contender, baseline].some((name) => isGeneratorLimited(samples, scenario.name, name, level)),
    };
  });
  const found = { scenario, metric, contender, baseline, levels, crossover: estimateCrossover(advantages) };
  return { ...found, sentence: describeComparison(found) };
}

/** The comparisons that answer the question in short: anything asynchronous against blocking calls on one thread, in throughput. */
export function isHeadline({ baseline, metric }: Comparison): boolean {
  return baseline === "blocking" && metric.id === "throughput";
}

/** A generator busier than this for the whole of its time was itself what limited the result. */
const GENERATOR_BUSY = 0.95;

/** Whether the load generator was the limit in the cell, over all its observations. */
export function isGeneratorLimited(samples: Samples, scenario: string, contender: string, level: number): boolean {
  let cpuNs = 0;
  let elapsedNs = 0;
  for (const observation of samples.observations(scenario, contender, level)) {
    if (observation.generator === undefined) continue;
    cpuNs += observation.generator.cpuNs;
    elapsedNs += observation.elapsedNs;
  }
  return cpuNs > GENERATOR_BUSY * elapsedNs;
}
