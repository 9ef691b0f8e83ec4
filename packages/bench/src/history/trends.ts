// What a series tells: where it changed, and whether for the better.
import { randomFor } from "../statistics/index.ts";
import { changePoints, exactChanges } from "./change-points.ts";
import type { Point, Series } from "./store.ts";

/** A change of a series, and since when. */
export interface Change {
  /** The first of the new kind. */
  readonly since: Point;
  readonly index: number;
  readonly before: number;
  readonly after: number;
  readonly verdict: "improved" | "regressed";
}

/** A series with its changes. */
export interface Trend {
  readonly series: Series;
  /** In the order of time. */
  readonly changes: readonly Change[];
}

/** The same series gives the same trend. */
export function trendOf(series: Series): Trend {
  const { points, metric, place } = series;
  const values = points.map(({ value }) => value);
  // Times and sizes scatter by factors.
  const isPositive = values.every((value) => value > 0);
  const onScale = isPositive ? values.map(Math.log) : values;
  const found = isExact(series) ? exactChanges(values) : changePoints(onScale, randomFor(1, `${place} ${metric.id}`));
  const scaledBack = (value: number): number => (isPositive && !isExact(series) ? Math.exp(value) : value);
  return {
    series,
    changes: found.flatMap(({ index, before, after }) => {
      const since = points[index];
      if (since === undefined) return [];
      const isBetter = after > before === (metric.better === "higher");
      return [
        {
          ...{ since, index, before: scaledBack(before), after: scaledBack(after) },
          verdict: isBetter ? ("improved" as const) : ("regressed" as const),
        },
      ];
    }),
  };
}

/** Counts that were the same in all rounds of each run. */
function isExact({ points, metric }: Series): boolean {
  return metric.unit === "count" && points.every(({ low, high, rounds }) => low === high && rounds > 1);
}
