// The report as Markdown: the answer first, then every table in full.
import type { Run } from "../record/run.ts";
import type { Analysis, ScenarioAnalysis } from "./analysis.ts";
import type { Grid, GridCell } from "./grid.ts";
import { LEGEND, costGrid, environmentGrid, ledgerGrid, metricGrids, verdictClause } from "./grid.ts";
import { METHOD, TITLE } from "./prose.ts";

/** `run.json` is expected beside the file. */
export function formatMarkdown(run: Run, analysis: Analysis): string {
  const sections = [
    `# ${TITLE}`,
    ...analysis.claims.map(({ id, verdict, statement }) => `**${verdictClause(id, verdict)}.** ${escape(statement)}`),
    bullets([...analysis.headlines.map(({ sentence }) => sentence), ...analysis.nesting.map(({ sentence }) => sentence)]),
    ...(analysis.cautions.length === 0 ? [] : ["## Before trusting a number", bullets(analysis.cautions)]),
    ...analysis.scenarios.flatMap(scenarioSections),
    "## Claims, part by part",
    table(ledgerGrid(analysis)),
    ...(analysis.missing.length === 0 ? [] : ["## Not measured", bullets(analysis.missing)]),
    "## Environment",
    table(environmentGrid(run)),
    "## How it was computed",
    ...METHOD.map(escape),
    "Every raw sample is in [run.json](run.json); this page can be derived from it again.",
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function scenarioSections(analysis: ScenarioAnalysis): string[] {
  const { scenario, comparisons, costs } = analysis;
  const titled = (grid: Grid): string[] => [`### ${grid.title}`, table(grid)];
  return [
    `## ${escape(scenario.name)}`,
    escape(scenario.isolates),
    ...metricGrids(analysis).flatMap(titled),
    escape(LEGEND),
    ...(costs.length === 0 ? [] : titled(costGrid(analysis))),
    ...(comparisons.length === 0 ? [] : ["### Every comparison", bullets(comparisons.map(({ sentence }) => sentence))]),
  ];
}

function bullets(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${escape(sentence)}`).join("\n");
}

function table({ columns, rows }: Grid): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const alignments = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  const prose = rows.some((row) => row.slice(1).some(({ text }) => text.length > 40));
  return [
    line(columns.map(escape)),
    line(prose ? columns.map(() => "---") : alignments),
    ...rows.map((row) => line(row.map(decorate))),
  ].join("\n");
}

function decorate({ text, role }: GridCell): string {
  return role === "best" ? `**${escape(text)}**` : escape(text);
}

/** Text as text: nothing in a name or a message may act as markup or end a cell. */
function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`).replace(/\s*\n\s*/g, " ");
}
