import { describe, expect, it } from "vitest";
import type { Run } from "../src/record/run.ts";
import { analyse } from "../src/report/analysis.ts";
import { headlineAnswers, verdictCounts } from "../src/report/answer.ts";
import { formatHtml } from "../src/report/html.ts";
import { formatMarkdown } from "../src/report/markdown.ts";
import { formatTerminal } from "../src/report/terminal.ts";
import { hostileRun, syntheticClaimsRun, syntheticRun } from "./fixtures/synthetic-run.ts";

const run = syntheticRun();
const analysis = analyse(run);
const formats = { terminal: formatTerminal, markdown: formatMarkdown, html: formatHtml };

/** The run with a count that is often nothing. */
function counting(of: Run): Run {
  const lost = { id: "lost", label: "requests lost", unit: "count", better: "lower" } as const;
  return {
    ...of,
    scenarios: of.scenarios.map((each) => ({ ...each, metrics: [lost] })),
    observations: of.observations.map((each) => ({ ...each, counters: { lost: each.level === 1 ? each.round : 0 } })),
  };
}

/** Text without escape sequences, entities and escapes of Markdown. */
function plain(text: string): string {
  return text
    .replaceAll(/\u001b\[\d+m/g, "") // oxlint-disable-line no-control-regex -- that is what colours are made of
    .replaceAll("&#39;", "'")
    .replaceAll("\u00a0", " ")
    .replaceAll(/\\([*_|<>`#[\]])/g, "$1")
    .replaceAll(/\n\s*/g, " ");
}

describe.each(Object.entries(formats))("the %s report", (kind, format) => {
  const text = plain(format(run, analysis));

  it("states every verdict with its reasons", () => {
    for (const { verdict, predicate, parts } of analysis.claims) {
      expect(text).toContain(verdict);
      expect(text).toContain(predicate);
      for (const { because } of parts) expect(text).toContain(because);
    }
  });

  it("says when async wins, and how many claims hold", () => {
    const sentences = [...headlineAnswers(analysis), ...verdictCounts(analysis)];
    expect(sentences).toHaveLength(3);
    for (const sentence of sentences) expect(text).toContain(sentence);
  });

  it("gives tokio's verdict beside that of a claim, and tells what took time away from the run", () => {
    const claims = syntheticClaimsRun();
    const disturbed = { ...claims.environment, during: { stealShare: 0.031, foreignShare: 0.124, loadAfter: 1.5 } };
    const other = { ...claims, environment: disturbed };
    const written = plain(format(other, analyse(other)).replaceAll(/<[^>]*>/g, ""));
    expect(written).toMatch(/A9.{1,200}on tokio:? (. )?supported/s);
    if (kind !== "terminal") expect(written).toMatch(/taken by other programs(.{0,5})12\.4 %/s);
  });

  it("says what was not measured, and why", () => {
    for (const sentence of analysis.missing) expect(text).toContain(sentence);
  });

  it("shows each contender and the median it was measured at", () => {
    for (const { name } of run.contenders) expect(text).toContain(name);
    expect(text).toMatch(/Throughput in k requests\/s \(higher is better\)/);
  });

  it("is written in the same way twice", () => {
    expect(format(run, analysis)).toBe(format(run, analysis));
  });

  it("can be written of a run in which nothing was measured, of one round and of one scenario", () => {
    const [scenario] = run.scenarios;
    const single = scenario === undefined ? [] : [scenario];
    const only = run.observations.filter((each) => each.scenario === scenario?.name);
    for (const odd of [
      { ...run, observations: [] },
      { ...run, scenarios: [], observations: [], skipped: [] },
      { ...run, scenarios: single, observations: only, skipped: [] },
      syntheticRun({ rounds: 1 }),
      counting(run),
    ]) {
      const written = format(odd, analyse(odd));
      expect(written).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe("the terminal report", () => {
  it("keeps the columns of a table straight", () => {
    const lines = formatTerminal(run, analysis).split("\n");
    const start = lines.findIndex((line) => line.includes("Throughput in k requests/s"));
    const widths = new Set(lines.slice(start + 1, start + 10).map((line) => line.length));
    expect(widths.size).toBe(1);
  });

  it("ends with the answer in short", () => {
    const text = formatTerminal(run, analysis);
    expect(text.indexOf("When is async faster")).toBeGreaterThan(text.indexOf("Claim A1"));
  });
});

describe("the Markdown report", () => {
  it("lets no name act as markup or end a cell", () => {
    const odd = hostileRun(run);
    const text = formatMarkdown(odd, analyse(odd));
    expect(text).toContain("\\<img src=x onerror=alert(1)\\>\\|\\*b\\*");
    expect(text).not.toMatch(/[^\\]<img/);
  });
});
