// Latency distributions: the histograms of all rounds of one cell, read together and each for itself.
import type { Samples } from "../claims/index.ts";
import type { LatencyHistogram, Run, ScenarioRecord } from "../record/run.ts";
import { histogramQuantileNs } from "../statistics/index.ts";

/** The percentiles that a table names, as shares. */
export const NAMED_SHARES: readonly number[] = [0.5, 0.9, 0.99, 0.999];

/** The latencies of one contender at one level. */
export interface Distribution {
  readonly contender: string;
  readonly level: number;
  /** All rounds together. */
  readonly merged: LatencyHistogram;
  readonly operations: number;
  /** One for each round. */
  readonly rounds: readonly LatencyHistogram[];
}

/** Every cell of a scenario that has histograms, in the order of the record. Twins are left out. */
export function distributionsOf(run: Run, samples: Samples, scenario: ScenarioRecord): Distribution[] {
  return scenario.levels.flatMap((level) =>
    run.contenders
      .filter(({ twinOf }) => twinOf === undefined)
      .flatMap(({ name: contender }) => {
        const rounds = samples.observations(scenario.name, contender, level).flatMap(({ latency }) => latency ?? []);
        const merged = merge(rounds);
        const operations = merged.counts.reduce((sum, count) => sum + count, 0);
        return operations === 0 ? [] : [{ contender, level, merged, operations, rounds }];
      }),
  );
}

/** The histogram of all values together; buckets are the same in every process. */
export function merge(histograms: readonly LatencyHistogram[]): LatencyHistogram {
  const counts = new Map<number, number>();
  for (const histogram of histograms) {
    for (const [index, lowestNs] of histogram.lowestNs.entries()) {
      counts.set(lowestNs, (counts.get(lowestNs) ?? 0) + (histogram.counts[index] ?? 0));
    }
  }
  const buckets = [...counts].toSorted(([a], [b]) => a - b);
  return {
    lowestNs: buckets.map(([lowestNs]) => lowestNs),
    counts: buckets.map(([, count]) => count),
    maxNs: Math.max(0, ...histograms.map(({ maxNs }) => maxNs)),
  };
}

/** A share in all rounds together, and from the lowest to the highest round. In ns. */
export function percentileOf(
  { merged, rounds }: Distribution,
  share: number,
): { readonly value: number; readonly low: number; readonly high: number } | undefined {
  const value = histogramQuantileNs(merged, share);
  const each = rounds.flatMap((round) => histogramQuantileNs(round, share) ?? []);
  return value === undefined ? undefined : { value, low: Math.min(...each), high: Math.max(...each) };
}

const POINTS_A_DECADE = 12;

/**
 * The curve of a percentile plot: how many times rarer than always (1 / (1 - share): 1, 10 at 90 %, 100 at 99 %) against the latency
 * that so few exceed, in ns. It ends where a single operation is left.
 */
export function percentileCurve({
  merged,
  operations,
}: Distribution): { readonly rarity: number; readonly ns: number }[] {
  const steps = Math.floor(Math.log10(operations) * POINTS_A_DECADE);
  return Array.from({ length: steps + 1 }, (_, step) => 10 ** (step / POINTS_A_DECADE)).flatMap((rarity) => {
    const ns = histogramQuantileNs(merged, 1 - 1 / rarity);
    return ns === undefined || ns <= 0 ? [] : [{ rarity, ns }];
  });
}
