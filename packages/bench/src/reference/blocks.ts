// What a marker of README can ask for: sentences, tables and pictures of the reference run.
import type { Run } from "../record/run.ts";
import { headlineAnswers, verdictCounts } from "../report/answer.ts";
import type { Analysis, ScenarioAnalysis } from "../report/analysis.ts";
import { bestGrid } from "../report/best-grid.ts";
import { answerGrid, metricGrid, targetGrid } from "../report/grid.ts";
import { crossoverChart, crossoverGroups, metricChart, type NamedChart } from "../report/html/figures.ts";
import { Page } from "../report/html/page.ts";
import { escapeMarkdown, markdownTable } from "./markdown-table.ts";
import { MarkerError } from "./marked-text.ts";
import { pictureOf } from "./picture.ts";

/** The folder of the reference run, from the root of the repository. */
export const REFERENCE_FOLDER = "reports/reference";

/** What stands between two markers. */
export interface Block {
  readonly text: string;
  /** The picture that the text shows: a file in the folder of the reference run. */
  readonly picture?: { readonly name: string; readonly svg: string };
}

const USAGE =
  'known are "machine", "answer", "faster", "best SCENARIO", "table SCENARIO METRIC", "chart SCENARIO METRIC", ' +
  '"ahead SCENARIO METRIC", "targets" and "verdicts"';

/** @param what the words of a marker. @throws MarkerError when there is no such thing in the run */
export function blockOf(run: Run, analysis: Analysis, what: string): Block {
  const [kind, ...names] = what.split(" ");
  const [scenario = "", metric = ""] = names;
  switch (kind) {
    case "machine":
      return { text: machine(run) };
    case "answer":
      return { text: headlineAnswers(analysis).map(bold).join("\n\n") };
    case "faster":
      return { text: markdownTable(answerGrid(analysis)) };
    case "best":
      return { text: markdownTable(found(bestGrid(scenarioOf(analysis, scenario)), what)) };
    case "table": {
      const of = scenarioOf(analysis, scenario);
      return { text: markdownTable(metricGrid(of, tableOf(of, metric))) };
    }
    case "chart": {
      const of = scenarioOf(analysis, scenario);
      const chart = found(metricChart(new Page(run, analysis), of, tableOf(of, metric)), what);
      return showing(chart, names);
    }
    case "ahead": {
      const of = scenarioOf(analysis, scenario);
      const group = found(
        crossoverGroups(of).find(([first]) => first?.metric.id === metric),
        what,
      );
      return showing(crossoverChart(new Page(run, analysis), of, group), ["ahead", ...names]);
    }
    case "targets":
      return { text: markdownTable(found(analysis.targets.length === 0 ? undefined : targetGrid(analysis), what)) };
    case "verdicts":
      return { text: verdicts(analysis) };
    default:
      throw new MarkerError(`there is no figure "${what}"; ${USAGE}`);
  }
}

function machine({ environment: { cpu, kernel, versions, git }, startedAt, plan }: Run): string {
  const code = git === null ? "" : ` at ${git.commit.slice(0, 7)}`;
  const where = `${cpu.model}, ${cpu.logicalCores} cores, Linux ${kernel.release}, Node.js ${versions.node}`;
  const sentence = `Measured on ${startedAt.slice(0, 10)}${code}, in ${plan.completedRounds} ${plan.completedRounds === 1 ? "round" : "rounds"}, on ${where}.`;
  const links = `[The report](${REFERENCE_FOLDER}/report.md) and [every raw sample](${REFERENCE_FOLDER}/run.json) are in the repository.`;
  return `${escapeMarkdown(sentence)} ${links}`;
}

function verdicts(analysis: Analysis): string {
  const rows = analysis.claims.map(({ id, verdict, statement }) => [id, verdict, statement].map((text) => ({ text })));
  const columns = ["claim", "verdict", "what is claimed"];
  const table = markdownTable({ title: "Claims", content: "text", columns, rows });
  return [...verdictCounts(analysis).map(bold), table].join("\n\n");
}

function showing(chart: NamedChart, names: readonly string[]): Block {
  const name = `${names.join("-")}.svg`;
  const text = `![${escapeMarkdown(chart.chart.description)}](${REFERENCE_FOLDER}/${name})`;
  return { text, picture: { name, svg: pictureOf(chart) } };
}

function bold(sentence: string): string {
  return `**${escapeMarkdown(sentence)}**`;
}

function scenarioOf({ scenarios }: Analysis, name: string): ScenarioAnalysis {
  const scenario = scenarios.find((each) => each.scenario.name === name);
  if (scenario !== undefined) return scenario;
  const known = scenarios.map((each) => each.scenario.name).join(", ");
  throw new MarkerError(`the reference run has no scenario "${name}"; it has ${known}`);
}

function tableOf({ scenario, tables }: ScenarioAnalysis, id: string): ScenarioAnalysis["tables"][number] {
  const table = tables.find(({ metric }) => metric.id === id);
  if (table !== undefined) return table;
  const known = tables.map(({ metric }) => metric.id).join(", ");
  throw new MarkerError(`${scenario.name} has no metric "${id}" in the reference run; it has ${known}`);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new MarkerError(`the reference run has nothing to show for "${what}"`);
  return value;
}
