// The report as Markdown: the answer first, then every table in full.
import type { JudgedClaim } from "../claims/index.ts";
import type { Run } from "../record/run.ts";
import type { Analysis, ScenarioAnalysis } from "./analysis.ts";
import type { Grid, GridCell } from "./grid.ts";
import { headlineAnswers, verdictCounts } from "./answer.ts";
import { bestGrid } from "./best-grid.ts";
import { partsGrid } from "./claims-grid.ts";
import { COUNTERS_LEGEND, costGrid } from "./costs.ts";
import { environmentGrid } from "./environment-grid.ts";
import { LEGEND, answerGrid, metricGrids, targetGrid, verdictClause } from "./grid.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { METHOD, tested, TITLE } from "./prose.ts";
import { setUpGrid } from "./set-ups.ts";

/** `run.json` is expected beside the file. */
export function formatMarkdown(run: Run, analysis: Analysis): string {
  const sections = [
    `# ${TITLE}`,
    ...[...headlineAnswers(analysis), ...verdictCounts(analysis)].map((sentence) => `**${escapeMarkdown(sentence)}**`),
    ...(analysis.headlines.length === 0 ? [] : titled(answerGrid(analysis), "##")),
    ...analysis.claims.map(
      ({ id, verdict, statement }) => `**${verdictClause(id, verdict)}.** ${escapeMarkdown(statement)}`,
    ),
    ...(analysis.targets.length === 0 ? [] : titled(targetGrid(analysis), "##")),
    ...(analysis.cautions.length === 0 ? [] : ["## Before trusting a number", bullets(analysis.cautions)]),
    ...analysis.scenarios.flatMap(scenarioSections),
    ...(analysis.nesting.length === 0
      ? []
      : ["## What nesting costs", bullets(analysis.nesting.map(({ sentence }) => sentence))]),
    "## Claims, part by part",
    ...(analysis.claims.length === 0 ? ["No claim was part of this run."] : analysis.claims.flatMap(claimSections)),
    ...(analysis.missing.length === 0 ? [] : ["## Not measured", bullets(analysis.missing)]),
    "## Environment",
    table(environmentGrid(run)),
    ...titled(setUpGrid(), "##"),
    "## How it was computed",
    ...METHOD.map(escapeMarkdown),
    "Every raw sample is in [run.json](run.json); this page can be derived from it again.",
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function scenarioSections(analysis: ScenarioAnalysis): string[] {
  const { scenario, comparisons, costs } = analysis;
  const best = bestGrid(analysis);
  return [
    `## ${escapeMarkdown(scenario.name)}`,
    escapeMarkdown(scenario.isolates),
    ...(best === undefined ? [] : titled(best, "###")),
    ...metricGrids(analysis).flatMap((grid) => titled(grid, "###")),
    escapeMarkdown(LEGEND),
    ...(costs.length === 0 ? [] : [...titled(costGrid(scenario, costs), "###"), escapeMarkdown(COUNTERS_LEGEND)]),
    ...(comparisons.length === 0 ? [] : ["### Every comparison", bullets(comparisons.map(({ sentence }) => sentence))]),
  ];
}

function claimSections(claim: JudgedClaim): string[] {
  const { id, source, statement, verdict, onTokio, command } = claim;
  const tokio = onTokio === undefined ? "" : `, on tokio: ${onTokio}`;
  return [
    `### ${escapeMarkdown(`${verdictClause(id, verdict)}${tokio}`)}`,
    `${escapeMarkdown(statement)} (${escapeMarkdown(source)})`,
    `Tested: ${escapeMarkdown(tested(claim))}`,
    table(partsGrid(claim)),
    `\`${command}\``,
  ];
}

function titled(grid: Grid, heading: "##" | "###"): string[] {
  return [`${heading} ${escapeMarkdown(grid.title)}`, table(grid)];
}

function bullets(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join("\n");
}

function table({ content, columns, rows }: Grid): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rules = columns.map((_, index) => (index === 0 || content === "text" ? "---" : "---:"));
  return [line(columns.map(escapeMarkdown)), line(rules), ...rows.map((row) => line(row.map(decorate)))].join("\n");
}

function decorate({ text, role }: GridCell): string {
  return role === "best" ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text);
}
