// The charts of a scenario: for each baseline the ratios that decide the crossovers, then each metric as it was measured. Behind every
// chart is the table of what it draws.
import type { Comparison } from "../../claims/index.ts";
import type { ScenarioRecord } from "../../record/run.ts";
import type { MetricTable, ScenarioAnalysis } from "../analysis.ts";
import { metricGrid, ratioGrid } from "../grid.ts";
import { titleOf, unitOf } from "../units.ts";
import { drawChart } from "./chart.ts";
import { escapeHtml } from "./escape.ts";
import type { Appearance } from "./palette.ts";
import { legendKey } from "./palette.ts";
import { htmlTable } from "./table.ts";

type Appearances = ReadonlyMap<string, Appearance>;

/** Ratio charts, for the metrics in which overtaking is usually meant. */
export function crossoverFigures(analysis: ScenarioAnalysis, appearances: Appearances): string[] {
  const shown = analysis.comparisons.filter(({ metric }) => metric.id === "throughput" || metric.id === "cpu");
  return [...Map.groupBy(shown, ({ metric, baseline }) => JSON.stringify([metric.id, baseline])).values()].map(
    (group) => crossoverFigure(analysis, group, appearances),
  );
}

/** Absolute medians, one chart for each metric. */
export function metricFigures(analysis: ScenarioAnalysis, appearances: Appearances): string[] {
  return analysis.tables.map((table) => metricFigure(analysis, table, appearances));
}

function crossoverFigure(
  analysis: ScenarioAnalysis,
  comparisons: readonly Comparison[],
  appearances: Appearances,
): string {
  const { scenario } = analysis;
  const [first] = comparisons;
  if (first === undefined) return "";
  const caption = `Ahead of ${first.baseline}? ${titleOf(first.metric, scenario)}`;
  const known = comparisons.flatMap((comparison) => {
    const appearance = appearances.get(comparison.contender);
    return appearance === undefined ? [] : [{ comparison, appearance }];
  });
  const band = new Map(
    comparisons.flatMap(({ levels }) => levels.map(({ level, threshold }) => [level, threshold] as const)),
  );
  const svg = drawChart({
    description: comparisons.map(({ sentence }) => sentence).join(" "),
    xName: scenario.factor,
    yName: `times ${first.baseline}; above 1 is ahead`,
    levels: drawnLevels(scenario, band.keys()),
    lines: known.map(({ comparison, appearance }) => ({
      appearance,
      points: comparison.levels.map(({ level, advantage }) => ({ x: level, y: advantage })),
    })),
    band: [...band].toSorted(([a], [b]) => a - b).map(([x, reach]) => ({ x, reach })),
    crossings: known.flatMap(({ comparison: { crossover }, appearance }) =>
      crossover.kind === "crosses" ? [{ ...crossover, appearance }] : [],
    ),
  });
  const legend = known.map(({ comparison, appearance }) => legendItem(comparison.contender, appearance));
  return figureOf(caption, svg, legend, htmlTable(ratioGrid(analysis, comparisons)));
}

function metricFigure(analysis: ScenarioAnalysis, table: MetricTable, appearances: Appearances): string {
  const { scenario } = analysis;
  const unit = unitOf(table, scenario);
  const caption = `${titleOf(table.metric, scenario)} (${table.metric.better} is better)`;
  const known = table.rows.flatMap(({ contender, cells }) => {
    const appearance = appearances.get(contender.name);
    if (appearance === undefined) return [];
    const points = scenario.levels.flatMap((x, column) => {
      const estimate = cells[column]?.estimate;
      // The axis is logarithmic, and has no place for nothing.
      if (estimate === undefined || estimate.value <= 0) return [];
      const { value, low, high } = estimate;
      return [{ x, y: { value: value / unit.scale, low: low / unit.scale, high: high / unit.scale } }];
    });
    return [{ name: contender.name, appearance, points }];
  });
  if (known.every(({ points }) => points.length === 0))
    return figureOf(caption, "", [], htmlTable(metricGrid(analysis, table)));
  const svg = drawChart({
    description: `${caption}, ${unit.name} over ${scenario.factor}, for ${known.map(({ name }) => name).join(", ")}. The table below has the same figures.`,
    xName: scenario.factor,
    yName: unit.name,
    levels: drawnLevels(
      scenario,
      known.flatMap(({ points }) => points.map(({ x }) => x)),
    ),
    lines: known,
  });
  const legend = known.map(({ name, appearance }) => legendItem(name, appearance));
  return figureOf(caption, svg, legend, htmlTable(metricGrid(analysis, table)));
}

function drawnLevels({ levels }: ScenarioRecord, present: Iterable<number>): number[] {
  const drawn = new Set(present);
  return levels.filter((level) => drawn.has(level));
}

function legendItem(name: string, appearance: Appearance): string {
  return `<li>${legendKey(appearance)} ${escapeHtml(name)}</li>`;
}

function figureOf(caption: string, svg: string, legend: readonly string[], table: string): string {
  return (
    `<figure><figcaption>${escapeHtml(caption)}</figcaption>${svg}<ul class="legend">${legend.join("")}</ul>` +
    `<details><summary>Table: ${escapeHtml(caption)}</summary>${table}</details></figure>`
  );
}
