// Percentile plots: for each level, the latency that so few requests exceed. The axis is the one of HdrHistogram's plots, on which each
// further nine is as far from the last.
import { quantity } from "../../claims/index.ts";
import type { ScenarioRecord } from "../../record/run.ts";
import type { ScenarioAnalysis } from "../analysis.ts";
import type { Grid, GridCell } from "../grid.ts";
import { levelPhrase } from "../levels.ts";
import type { Distribution } from "../percentiles.ts";
import { NAMED_SHARES, percentileCurve, percentileOf } from "../percentiles.ts";
import type { ChartPoint } from "./chart.ts";
import { chartFigure } from "./figures.ts";
import type { Page } from "./page.ts";

const MICROSECOND = 1000;

/** One figure for each level that has latencies. */
export function latencyFigures(page: Page, { scenario, distributions }: ScenarioAnalysis): string[] {
  const byLevel = Map.groupBy(distributions, ({ level }) => level);
  return [...byLevel].map(([level, those]) => latencyFigure(page, scenario, level, those));
}

function latencyFigure(
  page: Page,
  scenario: ScenarioRecord,
  level: number,
  distributions: readonly Distribution[],
): string {
  const caption = `Latency at ${levelPhrase(scenario, level)}`;
  const known = distributions.flatMap((distribution) => {
    const appearance = page.looks.get(distribution.contender);
    return appearance === undefined ? [] : [{ appearance, distribution, points: pointsOf(distribution) }];
  });
  const rarest = Math.max(...known.flatMap(({ points }) => points.map(({ x }) => x)));
  return chartFigure(
    caption,
    {
      description:
        `${caption} by percentile, in microseconds, for ${known.map(({ distribution }) => distribution.contender).join(", ")}. ` +
        "The table below has the median, p90, p99, p99.9 and the maximum.",
      xName: "percentile",
      yName: "µs",
      ticks: ninesUpTo(rarest),
      lines: known,
    },
    known.map(({ distribution }) => distribution.contender),
    percentileGrid(caption, distributions),
  );
}

/** "50 %" and as many nines as were seen. */
function ninesUpTo(rarest: number): { at: number; label: string }[] {
  const nines = Array.from({ length: Math.max(0, Math.floor(Math.log10(rarest))) }, (_, index) => {
    const share = index === 0 ? "90" : `99${index === 1 ? "" : `.${"9".repeat(index - 1)}`}`;
    return { at: 10 ** (index + 1), label: `${share} %` };
  });
  return [{ at: 2, label: "50 %" }, ...nines];
}

/** The curve with a mark at each percentile that the table names. */
function pointsOf(distribution: Distribution): ChartPoint[] {
  const exact = (ns: number): ChartPoint["y"] => ({
    value: ns / MICROSECOND,
    low: ns / MICROSECOND,
    high: ns / MICROSECOND,
  });
  const bends = percentileCurve(distribution).map(({ rarity, ns }): ChartPoint => ({
    x: rarity,
    y: exact(ns),
    unmarked: true,
  }));
  const marks = NAMED_SHARES.flatMap((share): ChartPoint[] => {
    const x = 1 / (1 - share);
    const ns = percentileOf(distribution, share)?.value ?? 0;
    return ns > 0 && x <= distribution.operations ? [{ x, y: exact(ns) }] : [];
  });
  return [...bends, ...marks].toSorted((a, b) => a.x - b.x);
}

function percentileGrid(caption: string, distributions: readonly Distribution[]): Grid {
  const cell = (distribution: Distribution, share: number): GridCell => {
    const found = percentileOf(distribution, share);
    if (found === undefined) return { text: "–", role: "reference" };
    const { value, low, high } = found;
    const range = distribution.rounds.length === 1 ? "" : ` (${quantity(low, "ns")} to ${quantity(high, "ns")})`;
    return { text: `${quantity(value, "ns")}${range}` };
  };
  return {
    title: `${caption}: all rounds together (lowest to highest round)`,
    content: "numbers",
    columns: ["contender", "requests", "median", "p90", "p99", "p99.9", "maximum"],
    rows: distributions.map((distribution) => [
      { text: distribution.contender },
      { text: String(distribution.operations) },
      ...NAMED_SHARES.map((share) => cell(distribution, share)),
      { text: quantity(distribution.merged.maxNs, "ns") },
    ]),
  };
}
