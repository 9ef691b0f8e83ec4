// One workload: what it isolates, who is best, the charts, and behind them every figure.
import type { ScenarioAnalysis } from "../analysis.ts";
import { bestGrid } from "../best-grid.ts";
import { COUNTERS_LEGEND, costGrid } from "../costs.ts";
import { LEGEND, metricGrid } from "../grid.ts";
import { isLine } from "../levels.ts";
import { escapeHtml } from "./escape.ts";
import { crossoverFigures, metricFigure } from "./figures.ts";
import { latencyFigures } from "./latency.ts";
import { details, list, paragraph } from "./markup.ts";
import type { Page } from "./page.ts";
import { rawTable, sampleTable } from "./samples.ts";
import { htmlTable } from "./table.ts";

/** A section with its own heading. */
export function scenarioSection(page: Page, analysis: ScenarioAnalysis): string {
  const { scenario, tables } = analysis;
  const id = page.scenarioId(scenario.name);
  const best = bestGrid(analysis);
  const body =
    tables.length === 0
      ? paragraph("Nothing was measured.")
      : [
          best === undefined ? "" : htmlTable(best),
          ...(isLine(scenario)
            ? lineCharts(page, analysis)
            : tables.map((table) => sampleTable(page, analysis, table))),
          ...latencies(page, analysis),
          ...behind(page, analysis),
        ].join("\n");
  return (
    `<section id="${id}" aria-labelledby="${id}-title"><h3 id="${id}-title">${escapeHtml(scenario.name)}</h3>` +
    `${paragraph(scenario.isolates)}${body}</section>`
  );
}

function lineCharts(page: Page, analysis: ScenarioAnalysis): string[] {
  const crossovers = crossoverFigures(page, analysis);
  return [
    ...(crossovers.length === 0
      ? []
      : [
          `<h4>Crossovers in ${escapeHtml(analysis.scenario.name)}</h4>`,
          paragraph(
            "Above the line of 1 the contender is ahead. In the shaded band a difference counts for nothing; a hollow diamond is N*, with its interval.",
            "quiet small",
          ),
          charts(crossovers),
        ]),
    `<h4>Measured in ${escapeHtml(analysis.scenario.name)}</h4>`,
    paragraph(LEGEND, "quiet small"),
    charts(analysis.tables.map((table) => metricFigure(page, analysis, table))),
  ];
}

function latencies(page: Page, analysis: ScenarioAnalysis): string[] {
  const figures = latencyFigures(page, analysis);
  if (figures.length === 0) return [];
  return [
    `<h4>Latency by percentile in ${escapeHtml(analysis.scenario.name)}</h4>`,
    paragraph(
      "All rounds together. Each step to the right is a tenfold rarer latency; lower is better.",
      "quiet small",
    ),
    charts(figures),
  ];
}

/** What is there for who asks. */
function behind(page: Page, analysis: ScenarioAnalysis): string[] {
  const { scenario, tables, costs, comparisons } = analysis;
  const [first] = tables;
  const name = scenario.name;
  return [
    ...(isLine(scenario) && first !== undefined
      ? [details(`${name}: every round of every contender`, sampleTable(page, analysis, first), "bulk")]
      : [
          details(
            `${name}: medians as tables`,
            paragraph(LEGEND, "quiet small") + tables.map((table) => htmlTable(metricGrid(analysis, table))).join(""),
          ),
        ]),
    ...(costs.length === 0
      ? []
      : [
          details(
            `${name}: counters and processor time`,
            paragraph(COUNTERS_LEGEND, "quiet small") + htmlTable(costGrid(scenario, costs)),
          ),
        ]),
    ...(comparisons.length === 0
      ? []
      : [details(`${name}: every comparison in words`, list(comparisons.map(({ sentence }) => sentence)))]),
    details(`${name}: raw samples`, rawTable(page, analysis), "bulk"),
  ];
}

function charts(figures: readonly string[]): string {
  return `<div class="charts">${figures.join("\n")}</div>`;
}
