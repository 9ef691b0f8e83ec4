// The charts of a scenario: for each baseline the ratios that decide the crossovers, then each metric as it was measured. Behind every
// chart is the table of what it draws.
import type { Comparison } from "../../claims/index.ts";
import type { ScenarioRecord } from "../../record/run.ts";
import type { MetricTable, ScenarioAnalysis } from "../analysis.ts";
import { metricGrid, ratioGrid } from "../grid.ts";
import type { Grid } from "../grid.ts";
import { titleOf, unitOf } from "../units.ts";
import type { Chart } from "./chart.ts";
import { drawChart } from "./chart.ts";
import { escapeHtml } from "./escape.ts";
import type { Page } from "./page.ts";
import { legendKey } from "./palette.ts";
import { htmlTable } from "./table.ts";

/** Ratio charts, for the metrics in which overtaking is usually meant. */
export function crossoverFigures(page: Page, analysis: ScenarioAnalysis): string[] {
  return crossoverGroups(analysis).map((group) => {
    const { caption, chart, names } = crossoverChart(page, analysis, group);
    return chartFigure(caption, chart, names, ratioGrid(analysis, group));
  });
}

/** The comparisons of each of those charts: of one metric, with one baseline. */
export function crossoverGroups({ comparisons }: ScenarioAnalysis): (readonly Comparison[])[] {
  const shown = comparisons.filter(({ metric }) => metric.id === "throughput" || metric.id === "cpu");
  return [...Map.groupBy(shown, ({ metric, baseline }) => JSON.stringify([metric.id, baseline])).values()];
}

/** A chart before it is drawn: its lines are those of `names`, in their order. */
export interface NamedChart {
  readonly caption: string;
  readonly chart: Chart;
  readonly names: readonly string[];
}

/** Absolute medians over the levels. */
export function metricFigure(page: Page, analysis: ScenarioAnalysis, table: MetricTable): string {
  const grid = metricGrid(analysis, table);
  const named = metricChart(page, analysis, table);
  if (named === undefined) return htmlTable(grid);
  const { caption, chart, names } = named;
  const description = `${chart.description} The table below has the same figures.`;
  return chartFigure(caption, { ...chart, description }, names, grid);
}

/** The chart of a metric; undefined where there is nothing that a logarithmic axis has a place for. */
export function metricChart(page: Page, analysis: ScenarioAnalysis, table: MetricTable): NamedChart | undefined {
  const { scenario } = analysis;
  const unit = unitOf(table, scenario);
  const caption = `${titleOf(table.metric, scenario)} (${table.metric.better} is better)`;
  const known = table.rows.flatMap(({ contender, cells }) => {
    const appearance = page.looks.get(contender.name);
    if (appearance === undefined || contender.twinOf !== undefined) return [];
    const points = scenario.levels.flatMap((x, column) => {
      const estimate = cells[column]?.estimate;
      if (estimate === undefined || estimate.value <= 0) return [];
      const { value, low, high } = estimate;
      return [{ x, y: { value: value / unit.scale, low: low / unit.scale, high: high / unit.scale } }];
    });
    return [{ name: contender.name, appearance, points }];
  });
  if (known.every(({ points }) => points.length === 0)) return undefined;
  const names = known.map(({ name }) => name);
  return {
    caption,
    chart: {
      description: `${caption}, ${unit.name} over ${scenario.factor}, for ${names.join(", ")}.`,
      xName: scenario.factor,
      yName: unit.name,
      ticks: levelTicks(
        scenario,
        known.flatMap(({ points }) => points.map(({ x }) => x)),
      ),
      lines: known,
    },
    names,
  };
}

/** A chart with its legend and the table behind it; its lines are those of `names`, in their order. */
export function chartFigure(caption: string, chart: Chart, names: readonly string[], behind: Grid): string {
  const legend = chart.lines.map(
    ({ appearance }, index) => `<li>${legendKey(appearance)} ${escapeHtml(names[index] ?? "")}</li>`,
  );
  const title = escapeHtml(caption);
  return (
    `<figure><figcaption>${title}</figcaption>${drawChart(chart)}<ul class="legend">${legend.join("")}</ul>` +
    `<details><summary>Table: ${title}</summary>${htmlTable(behind)}</details></figure>`
  );
}

/** The ratios of one such group. */
export function crossoverChart(
  page: Page,
  { scenario }: ScenarioAnalysis,
  comparisons: readonly Comparison[],
): NamedChart {
  const known = comparisons.flatMap((comparison) => {
    const appearance = page.looks.get(comparison.contender);
    return appearance === undefined ? [] : [{ comparison, appearance }];
  });
  const band = new Map(
    comparisons.flatMap(({ levels }) => levels.map(({ level, threshold }) => [level, threshold] as const)),
  );
  const [{ baseline, metric } = { baseline: "", metric: undefined }] = comparisons;
  return {
    caption: `Ahead of ${baseline}?${metric === undefined ? "" : ` ${titleOf(metric, scenario)}`}`,
    chart: {
      description: comparisons.map(({ sentence }) => sentence).join(" "),
      xName: scenario.factor,
      yName: `times ${baseline}; above 1 is ahead`,
      ticks: levelTicks(scenario, band.keys()),
      lines: known.map(({ comparison, appearance }) => ({
        appearance,
        points: comparison.levels.map(({ level, advantage }) => ({ x: level, y: advantage })),
      })),
      band: [...band].toSorted(([a], [b]) => a - b).map(([x, reach]) => ({ x, reach })),
      crossings: known.flatMap(({ comparison: { crossover }, appearance }) =>
        crossover.kind === "crosses" ? [{ ...crossover, appearance }] : [],
      ),
    },
    names: known.map(({ comparison }) => comparison.contender),
  };
}

function levelTicks({ levels }: ScenarioRecord, present: Iterable<number>): Chart["ticks"] {
  const drawn = new Set(present);
  return levels
    .filter((level) => drawn.has(level))
    .toSorted((a, b) => a - b)
    .map((level) => ({ at: level, label: String(level) }));
}
