// The report as one HTML page that needs nothing else: the answer first, then claims and workloads with their charts and tables, then
// what stands behind them. Nothing is loaded, which the page's own policy enforces; `run.json` is linked and expected beside the file.
import { createHash } from "node:crypto";
import type { Run } from "../record/run.ts";
import type { Analysis } from "./analysis.ts";
import { headlineAnswers, verdictCounts, VERDICTS } from "./answer.ts";
import { environmentGrid } from "./environment-grid.ts";
import { answerGrid, targetGrid } from "./grid.ts";
import { escapeHtml } from "./html/escape.ts";
import { heatMap } from "./html/heat.ts";
import { ledgerBody } from "./html/ledger.ts";
import { details, list, paragraph } from "./html/markup.ts";
import { Page } from "./html/page.ts";
import { scenarioSection } from "./html/scenario.ts";
import { SCRIPT } from "./html/script.ts";
import { STYLE } from "./html/style.ts";
import { htmlTable } from "./html/table.ts";
import { verdictClass } from "./html/verdict.ts";
import { METHOD, TITLE } from "./prose.ts";
import { setUpGrid } from "./set-ups.ts";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

/** The same run gives the same page, to the last byte. */
export function formatHtml(run: Run, analysis: Analysis): string {
  const page = new Page(run, analysis);
  const sections = sectionsOf(page).filter(({ body }) => body !== "");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeHtml(`${TITLE} ${run.startedAt.slice(0, 10)}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#answer">Skip to the answer</a>
<header class="page">
<div class="top"><h1>${TITLE}</h1>${THEME_CHOICE}</div>
${paragraph(subtitle(run), "quiet small")}
</header>
<main class="page">
<section id="answer" aria-label="The answer">
${lead(run, analysis)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`).join("")}</ul></nav>
${analysis.headlines.length === 0 ? "" : htmlTable(answerGrid(analysis))}
${cautionList(analysis)}
</section>
${sections.map(({ id, title, body }) => `<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${escapeHtml(title)}</h2>\n${body}\n</section>`).join("\n")}
</main>
<footer class="page"><p>Every raw sample is in <a href="run.json">run.json</a> beside this file; <code>pnpm bench report run.json</code> derives this page from it again.</p></footer>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** Nothing is fetched, whatever a name in the record may hold, and no script runs but the page's own. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash("sha256").update(SCRIPT).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const THEME_CHOICE = `<fieldset class="theme"><legend>Theme</legend>${(["system", "light", "dark"] as const)
  .map(
    (theme) =>
      `<label class="choice"><input type="radio" name="theme" id="theme-${theme}"${theme === "system" ? " checked" : ""}>${theme}</label>`,
  )
  .join("")}</fieldset>`;

/** What the run was made for comes first. */
function sectionsOf(page: Page): Section[] {
  const { run, analysis } = page;
  const ledger = { id: "ledger", title: "Claims", body: ledgerBody(page) };
  const workloads = [
    { id: "best", title: "Who is best where", body: heatSection(page) },
    {
      id: "workloads",
      title: "Workloads",
      body:
        analysis.scenarios.length === 0
          ? ""
          : contents(page) + analysis.scenarios.map((each) => scenarioSection(page, each)).join("\n"),
    },
  ];
  return [
    ...(run.plan.claims === undefined ? [...workloads, ledger] : [ledger, ...workloads]),
    { id: "nesting", title: "What nesting costs", body: list(analysis.nesting.map(({ sentence }) => sentence)) },
    { id: "targets", title: "Targets", body: analysis.targets.length === 0 ? "" : htmlTable(targetGrid(analysis)) },
    { id: "missing", title: "Not measured", body: list(analysis.missing) },
    { id: "environment", title: "Environment", body: htmlTable(environmentGrid(run)) + contenders(run) + setUps() },
    { id: "method", title: "Method", body: METHOD.map((text) => paragraph(text)).join("") },
    { id: "data", title: "Raw data", body: rawData() },
  ];
}

function heatSection(page: Page): string {
  const map = heatMap(page);
  if (map === "") return "";
  const about =
    "How many times as slow, large or many as the best of the level, from ratios within rounds; below 1 is a program in C, the limit, that is " +
    "ahead of all who compete.";
  return paragraph(about, "quiet small") + map;
}

/** What the run was made for, in large letters. */
function lead(run: Run, analysis: Analysis): string {
  const large = (sentences: readonly string[]): string[] => sentences.map((sentence) => paragraph(sentence, "lead"));
  const small = (sentences: readonly string[]): string[] => sentences.map((sentence) => paragraph(sentence));
  const [headlines, verdicts] = [headlineAnswers(analysis), verdictCounts(analysis)];
  return run.plan.claims === undefined
    ? [...large(headlines), ...small(verdicts)].join("\n")
    : [...large(verdicts), tally(analysis), ...small(headlines)].join("\n");
}

/** Links to the workloads. */
function contents(page: Page): string {
  const { scenarios } = page.analysis;
  if (scenarios.length < 2) return "";
  const links = scenarios.map(
    ({ scenario: { name } }) => `<li><a href="#${page.scenarioId(name)}">${escapeHtml(name)}</a></li>`,
  );
  return `<nav aria-label="Workloads"><ul>${links.join("")}</ul></nav>`;
}

/** The verdicts as one bar; the sentence above it has the counts. */
function tally({ claims }: Analysis): string {
  if (claims.length < 2) return "";
  const parts = VERDICTS.map(
    (verdict) => [verdict, claims.filter((claim) => claim.verdict === verdict).length] as const,
  )
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `<span class="${verdictClass(verdict)}" style="flex:${count}"></span>`);
  return `<div class="tally" aria-hidden="true">${parts.join("")}</div>`;
}

const CAUTIONS_SHOWN = 6;

/** Warnings: the machine's own and those of the whole run come first, and what there is of every workload folds. */
function cautionList({ cautions }: Analysis): string {
  if (cautions.length === 0) return "";
  const notes = (sentences: readonly string[]): string => `<div class="notes">${list(sentences)}</div>`;
  const more = cautions.slice(CAUTIONS_SHOWN);
  const fold = more.length === 0 ? "" : details(`${more.length} more to know before trusting a number`, notes(more));
  return `<h2 class="cautions">Before trusting a number</h2>${notes(cautions.slice(0, CAUTIONS_SHOWN))}${fold}`;
}

function contenders({ contenders: all }: Run): string {
  return details(
    "Who took part",
    htmlTable({
      title: "Contenders",
      content: "text",
      columns: ["contender", "kind", "what it is"],
      rows: all.map(({ name, kind, description }) => [name, kind, description].map((text) => ({ text }))),
    }),
  );
}

function setUps(): string {
  return details("How each peer is set up, and why that is fair", htmlTable(setUpGrid()), "bulk");
}

function rawData(): string {
  return (
    '<p>The record of the run is <a href="run.json">run.json</a>, which <code>schema/run.schema.json</code> describes: every observation ' +
    "with its histogram, counters and position in the run. The samples of each workload are also in the tables at its end. " +
    "One cell, for example: <code>jq '.observations[] | select(.scenario == \"echo\" and .level == 64)' run.json</code></p>"
  );
}

function subtitle({ environment: { cpu, kernel, versions, git }, startedAt, plan }: Run): string {
  const code = git === null ? "" : `, code ${git.commit.slice(0, 7)}${git.dirty ? " with uncommitted changes" : ""}`;
  const when = startedAt.slice(0, 16).replace("T", " ");
  const rounds = `${plan.completedRounds} of ${plan.rounds} rounds`;
  return `Measured ${when} UTC, ${rounds}, on ${cpu.model}, ${cpu.logicalCores} cores, Linux ${kernel.release}, Node ${versions.node}${code}.`;
}
