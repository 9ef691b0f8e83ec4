// Who is best at each level, and how far behind the others are: ratios to the best within each round, in the first metric that
// has ratios. Twins are the same program and are left out; C programs are the limit and may be ahead of the best.
import { noiseFloors, thresholdOf } from "../claims/index.ts";
import type { Metric, Samples } from "../claims/index.ts";
import type { Run, ScenarioRecord } from "../record/run.ts";
import { logRatios, mapEstimate, meanEstimate, standing } from "../statistics/index.ts";
import type { Estimate } from "../statistics/index.ts";
import type { MetricTable } from "./analysis.ts";

/** One contender against the best. */
export interface Rival {
  readonly contender: string;
  /** How many times as slow, large or many as the best: above 1 is worse, whichever way the metric counts. */
  readonly times: Estimate;
  /** "even" where the difference is within the noise or the minimum effect. */
  readonly standing: "behind" | "even" | "ahead";
}

/** The order at one level. */
export interface LevelStanding {
  readonly level: number;
  readonly best: string;
  /** Everybody else who was measured, the nearest first. */
  readonly rivals: readonly Rival[];
}

/** What contenders are ranked by: the first metric that is a time, a rate or a size. Counts and shares, often nothing, have no ratio. */
export function rankedTable(tables: readonly MetricTable[]): MetricTable | undefined {
  return tables.find(({ metric: { unit } }) => unit !== "count" && unit !== "share");
}

/** At each level where there is a best contender. */
export function standingsOf(
  run: Run,
  samples: Samples,
  scenario: ScenarioRecord,
  tables: readonly MetricTable[],
): LevelStanding[] {
  const table = rankedTable(tables);
  if (table === undefined) return [];
  const { metric, rows } = table;
  const floors = noiseFloors(samples, scenario, run.contenders, metric);
  return scenario.levels.flatMap((level, column) => {
    const best = rows.find(({ cells }) => cells[column]?.best === true)?.contender.name;
    if (best === undefined) return [];
    const threshold = thresholdOf(floors.get(level));
    const rivals = rows
      .filter(({ contender }) => contender.name !== best && contender.twinOf === undefined)
      .flatMap(({ contender }) => rival(samples, scenario, metric, level, best, contender.name, threshold) ?? []);
    return [{ level, best, rivals: rivals.toSorted((a, b) => a.times.value - b.times.value) }];
  });
}

const WORDS = { ahead: "behind", unclear: "even", behind: "ahead" } as const;

function rival(
  samples: Samples,
  { name }: ScenarioRecord,
  metric: Metric,
  level: number,
  best: string,
  contender: string,
  threshold: number,
): Rival | undefined {
  const own = samples.values(name, contender, level, metric);
  const other = samples.values(name, best, level, metric);
  const worse = metric.better === "higher" ? logRatios(other, own) : logRatios(own, other);
  if (worse.size === 0) return undefined;
  const estimate = meanEstimate([...worse.values()]);
  return { contender, times: mapEstimate(estimate, Math.exp), standing: WORDS[standing(estimate, threshold)] };
}
