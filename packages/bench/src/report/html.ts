// The report as one HTML page that needs nothing else: the answer first, then the charts with their tables, then what stands behind
// them. No script, no font and no picture is loaded; `run.json` is expected beside the file.
import type { JudgedClaim, Verdict } from "../claims/index.ts";
import type { Run } from "../record/run.ts";
import type { Analysis, ScenarioAnalysis } from "./analysis.ts";
import { LEGEND, answerGrid, costGrid, environmentGrid, ledgerGrid, targetGrid } from "./grid.ts";
import { escapeHtml } from "./html/escape.ts";
import { crossoverFigures, metricFigures } from "./html/figures.ts";
import type { Appearance } from "./html/palette.ts";
import { appearances } from "./html/palette.ts";
import { STYLE } from "./html/style.ts";
import { htmlTable } from "./html/table.ts";
import { METHOD, TITLE } from "./prose.ts";

export function formatHtml(run: Run, analysis: Analysis): string {
  const looks = appearances(run.contenders);
  const sections = [
    ...analysis.scenarios.map((scenario) => ({ title: scenario.scenario.name, body: scenarioBody(scenario, looks) })),
    ...(analysis.nesting.length === 0
      ? []
      : [{ title: "What nesting costs", body: list(analysis.nesting.map(({ sentence }) => sentence)) }]),
    ...(analysis.targets.length === 0 ? [] : [{ title: "Targets", body: htmlTable(targetGrid(analysis)) }]),
    { title: "Claims", body: htmlTable(ledgerGrid(analysis)) },
    ...(analysis.missing.length === 0 ? [] : [{ title: "Not measured", body: list(analysis.missing) }]),
    { title: "Environment", body: htmlTable(environmentGrid(run)) },
    { title: "Method", body: METHOD.map((text) => paragraph(text)).join("") },
  ].map(({ title, body }, index) => ({ title, body, id: `section-${index}` }));

  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#answer">Skip to the answer</a>
<header>
<h1>${TITLE}</h1>
${paragraph(subtitle(run), "quiet")}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`).join("")}</ul></nav>
</header>
<main>
<section id="answer" aria-label="The answer">
${analysis.headlines.length === 0 ? "" : htmlTable(answerGrid(analysis))}
${analysis.claims.length === 0 ? paragraph("No claim was part of this run.") : analysis.claims.map(claimCard).join("\n")}
${analysis.cautions.length === 0 ? "" : `<h3>Before trusting a number</h3>${list(analysis.cautions)}`}
</section>
${sections.map(({ id, title, body }) => `<section id="${id}">\n<h2>${escapeHtml(title)}</h2>\n${body}\n</section>`).join("\n")}
</main>
<footer><p>Every raw sample is in <a href="run.json">run.json</a>; this page can be derived from it again.</p></footer>
</body>
</html>
`;
}

function subtitle({ environment: { cpu, kernel, versions, git }, startedAt }: Run): string {
  const code = git === null ? "" : `, code ${git.commit.slice(0, 7)}${git.dirty ? " with uncommitted changes" : ""}`;
  const when = startedAt.slice(0, 16).replace("T", " ");
  return `Measured ${when} UTC on ${cpu.model}, ${cpu.logicalCores} cores, Linux ${kernel.release}, Node ${versions.node}${code}.`;
}

function claimCard({ id, statement, verdict, parts }: JudgedClaim): string {
  const points = parts.map((part) => `<li>${verdictWord(part.verdict)}: ${escapeHtml(part.because)}</li>`).join("");
  return (
    `<div class="claim ${className(verdict)}"><h2>${escapeHtml(id)}: ${verdictWord(verdict)}</h2>` +
    `${paragraph(statement)}<ul>${points}</ul></div>`
  );
}

function scenarioBody(analysis: ScenarioAnalysis, looks: ReadonlyMap<string, Appearance>): string {
  const { scenario, comparisons, costs } = analysis;
  const crossovers = crossoverFigures(analysis, looks);
  const about =
    "Above the line of 1 the contender is ahead. In the shaded band a difference counts for nothing; a hollow diamond is N*, with its interval.";
  return [
    paragraph(scenario.isolates),
    ...(crossovers.length === 0 ? [] : ["<h3>Crossovers</h3>", paragraph(about, "quiet"), charts(crossovers)]),
    "<h3>Measured</h3>",
    paragraph(LEGEND, "quiet"),
    charts(metricFigures(analysis, looks)),
    ...(costs.length === 0 ? [] : [details("Processor time and system calls", htmlTable(costGrid(analysis)))]),
    ...(comparisons.length === 0
      ? []
      : [details("Every comparison in words", list(comparisons.map(({ sentence }) => sentence)))]),
  ].join("\n");
}

function charts(figures: readonly string[]): string {
  return `<div class="charts">${figures.join("\n")}</div>`;
}

function details(summary: string, body: string): string {
  return `<details><summary>${escapeHtml(summary)}</summary>${body}</details>`;
}

function verdictWord(verdict: Verdict): string {
  return `<span class="word ${className(verdict)}">${verdict}</span>`;
}

function className(verdict: Verdict): string {
  return verdict.replaceAll(" ", "-");
}

function list(sentences: readonly string[]): string {
  return `<ul>${sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("")}</ul>`;
}

function paragraph(text: string, style?: string): string {
  return `<p${style === undefined ? "" : ` class="${style}"`}>${escapeHtml(text)}</p>`;
}
