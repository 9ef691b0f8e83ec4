// The report for a terminal: tables first, the answer last, where the eye rests when the command ends. Colour is decoration only and
// follows `util.styleText`, which leaves it out for NO_COLOR and where stdout is no terminal; every mark is also a character.
import { styleText } from "node:util";
import type { Comparison, Verdict } from "../claims/index.ts";
import type { Run } from "../record/run.ts";
import type { Analysis, ScenarioAnalysis } from "./analysis.ts";
import { headlineAnswers, verdictCounts } from "./answer.ts";
import type { Grid, GridCell } from "./grid.ts";
import { LEGEND, answerGrid, metricGrid, targetGrid, verdictClause } from "./grid.ts";
import { wrap } from "./wrap.ts";

/** How many of a scenario's metrics fit a terminal without hiding the answer; files show all. */
const METRICS_SHOWN = 2;

/** As wide as its tables; sentences in a hundred columns. */
export function formatTerminal(run: Run, analysis: Analysis): string {
  const isNotInVerdict = (sentence: string): boolean =>
    !analysis.claims.some(({ parts }) => parts.some(({ because }) => because.startsWith(sentence)));
  const blocks = [
    ...analysis.scenarios.flatMap(scenarioBlocks),
    ...(analysis.scenarios.length === 0 ? [] : [dim(wrap(LEGEND))]),
    ...listBlock("Crossovers", analysis.scenarios.flatMap(crossoverSentences).filter(isNotInVerdict)),
    ...listBlock("Nesting", analysis.nesting.map(({ sentence }) => sentence).filter(isNotInVerdict)),
    ...listBlock("Not measured", analysis.missing),
    ...listBlock("Before trusting a number", analysis.cautions),
    ...(analysis.targets.length === 0 ? [] : [layOut(targetGrid(analysis))]),
    ...(analysis.claims.length === 0 && analysis.targets.length > 0 ? [] : [verdictBlock(analysis)]),
    ...(analysis.headlines.length === 0 ? [] : [layOut(answerGrid(analysis)), answerBlock(analysis)]),
    dim(
      `seed ${run.seed}, ${run.plan.completedRounds} of ${run.plan.rounds} rounds, ${Math.round(run.elapsedMs / 1000)} s`,
    ),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function scenarioBlocks(analysis: ScenarioAnalysis): string[] {
  const { scenario, tables } = analysis;
  const heading = `${styleText("bold", scenario.name)}: ${scenario.isolates}`;
  const grids = tables.slice(0, METRICS_SHOWN).map((table) => layOut(metricGrid(analysis, table)));
  return [heading, ...(grids.length === 0 ? ["Nothing was measured."] : grids)];
}

/** Throughput in full, the other metrics that have a table here where they cross. */
function crossoverSentences({ comparisons, scenario, tables }: ScenarioAnalysis): string[] {
  const shown = tables.slice(0, METRICS_SHOWN).map(({ metric }) => metric.id);
  const isShown = ({ metric, crossover }: Comparison): boolean =>
    metric.id === "throughput" || (shown.includes(metric.id) && crossover.kind === "crosses");
  return scenario.factor === "depth" ? [] : comparisons.filter(isShown).map(({ sentence }) => sentence);
}

function answerBlock(analysis: Analysis): string {
  return [...headlineAnswers(analysis), ...verdictCounts(analysis)]
    .map((sentence) => styleText("bold", wrap(sentence)))
    .join("\n");
}

function verdictBlock({ claims }: Analysis): string {
  const lines = claims.flatMap(({ id, verdict, onTokio, predicate, parts }) => [
    styleText(["bold", COLOURS[verdict]], verdictClause(id, verdict)) +
      (onTokio === undefined ? "" : ` (on tokio: ${onTokio})`),
    wrap(predicate, 2),
    ...parts.map((part) => wrap(`${part.verdict}: ${part.because}`, 4)),
  ]);
  return lines.length === 0 ? "No claim was part of this run." : lines.join("\n");
}

const COLOURS = {
  supported: "green",
  contradicted: "red",
  mixed: "yellow",
  inconclusive: "yellow",
  "not runnable here": "gray",
} as const satisfies Record<Verdict, string>;

function listBlock(title: string, sentences: readonly string[]): string[] {
  return sentences.length === 0
    ? []
    : [[styleText("bold", title), ...sentences.map((each) => wrap(each, 2))].join("\n")];
}

/** Columns side by side; cells are padded before they are coloured, so that columns stay straight. */
function layOut({ title, content, columns, rows }: Grid): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.text.length ?? 0)),
  );
  const pad = (text: string, index: number): string => {
    if (content === "text" && index === columns.length - 1) return text;
    return index === 0 || content === "text" ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0);
  };
  const line = (row: readonly GridCell[]): string =>
    row.map((cell, index) => colour(cell, pad(cell.text, index))).join("  ");
  return [styleText("bold", title), dim(columns.map(pad).join("  ")), ...rows.map(line)].join("\n");
}

function colour({ role }: GridCell, text: string): string {
  if (role === "best") return styleText(["bold", "green"], text);
  return role === "reference" ? dim(text) : text;
}

function dim(text: string): string {
  return styleText("dim", text);
}
