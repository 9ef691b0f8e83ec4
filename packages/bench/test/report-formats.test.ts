import { describe, expect, it } from "vitest";
import type { Run } from "../src/record/run.ts";
import { analyse } from "../src/report/analysis.ts";
import { formatHtml } from "../src/report/html.ts";
import { THEMES } from "../src/report/html/style.ts";
import { formatMarkdown } from "../src/report/markdown.ts";
import { formatTerminal } from "../src/report/terminal.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

const run = syntheticRun();
const analysis = analyse(run);
const formats = { terminal: formatTerminal, markdown: formatMarkdown, html: formatHtml };

/** A name that would act as markup in any of the formats. */
function hostile(): Run {
  const name = "<img src=x onerror=alert(1)>|*b*";
  const renamed = (contender: string): string => (contender === "node" ? name : contender);
  return {
    ...run,
    contenders: run.contenders.map((each) => ({ ...each, name: renamed(each.name) })),
    observations: run.observations.map((each) => ({ ...each, contender: renamed(each.contender) })),
  };
}

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

describe.each(Object.entries(formats))("the %s report", (_, format) => {
  const text = plain(format(run, analysis));

  it("states every verdict with its reasons", () => {
    for (const { verdict, parts } of analysis.claims) {
      expect(text).toContain(verdict);
      for (const { because } of parts) expect(text).toContain(because);
    }
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
    const odd = hostile();
    const text = formatMarkdown(odd, analyse(odd));
    expect(text).toContain("\\<img src=x onerror=alert(1)\\>\\|\\*b\\*");
    expect(text).not.toMatch(/[^\\]<img/);
  });
});

describe("the HTML report", () => {
  const html = formatHtml(run, analysis);

  it("loads nothing: no script, no link to a style, no picture, no address but the raw data's", () => {
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(/);
    const targets = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target);
    expect(targets.filter((target) => !target?.startsWith("#"))).toEqual(["run.json"]);
    const addresses = [...html.matchAll(/https?:[^"\s]*/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(["http://www.w3.org/2000/svg"]));
  });

  it("puts a table behind every chart, and a description on it", () => {
    const figures = html.split("<figure>").slice(1);
    expect(figures).toHaveLength(4 + 4 + 4 + 2 + 1 + 1);
    for (const figure of figures) {
      expect(figure).toMatch(/<svg viewBox="[^"]+" xmlns="[^"]+" role="img" aria-label="[^"]{40,}"/);
      expect(figure).toMatch(/<details>.*<table/);
    }
  });

  it("draws in the page's own colours, so that one drawing serves light and dark", () => {
    const drawings = html.match(/<svg viewBox[^]*?<\/svg>/g) ?? [];
    for (const drawing of drawings) expect(drawing).not.toMatch(/(?:fill|stroke)="(?:#|rgb|black|white)/);
    const used = new Set([...drawings.join("").matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name));
    for (const name of used) expect(Object.keys(THEMES.light)).toContain(name);
  });

  it("marks each crossover on the line of equality, with its interval", () => {
    const [chart] = html.split("Ahead of blocking? Throughput</figcaption>")[1]?.split("</svg>") ?? [];
    expect(chart?.match(/<path [^>]*fill="var\(--paper\)"/g)).toHaveLength(3);
  });

  it("draws the interval of every median as a bar", () => {
    const [chart] = html.split("Throughput (higher is better)</figcaption>")[1]?.split("</svg>") ?? [];
    // A bar is one path of three strokes: down, and a cap at either end.
    const bars = chart?.match(/<path d="M[^M"]*M[^M"]*M[^M"]*" [^>]*stroke="var\(--series-/g);
    const cells = analysis.scenarios[0]?.tables[0]?.rows
      .filter(({ contender }) => contender.twinOf === undefined)
      .flatMap((row) => row.cells.filter((cell) => cell !== undefined));
    expect(bars).toHaveLength(cells?.length ?? -1);
  });

  it("lets no name act as markup", () => {
    const odd = hostile();
    expect(formatHtml(odd, analyse(odd))).not.toContain("<img");
  });

  it("has the same variables in light and dark, text at 4.5 to 1 and lines at 3 to 1", () => {
    expect(Object.keys(THEMES.dark)).toEqual(Object.keys(THEMES.light));
    for (const theme of Object.values(THEMES)) {
      for (const background of [theme.paper, theme.raised]) {
        for (const text of [theme.ink, theme.quiet, theme.link, theme.good, theme.bad, theme.unsure]) {
          expect(contrast(text, background)).toBeGreaterThanOrEqual(4.5);
        }
      }
      const lines = Object.entries(theme).filter(([name]) => name.startsWith("series-"));
      for (const [, colour] of lines) expect(contrast(colour, theme.paper)).toBeGreaterThanOrEqual(3);
    }
  });
});

/** The contrast ratio of WCAG 2 between two colours written as #rrggbb. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
