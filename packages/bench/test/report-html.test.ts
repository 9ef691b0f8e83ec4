// What the page is made of, as text. How it behaves in a browser is in report-page.test.ts.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { analyse } from "../src/report/analysis.ts";
import { formatHtml } from "../src/report/html.ts";
import { THEMES } from "../src/report/html/theme.ts";
import { hostileRun, syntheticClaimsRun, syntheticRun } from "./fixtures/synthetic-run.ts";

const run = syntheticRun();
const analysis = analyse(run);

describe("the HTML report", () => {
  const html = formatHtml(run, analysis);
  const claimsRun = syntheticClaimsRun();
  const claims = analyse(claimsRun);
  const claimsPage = formatHtml(claimsRun, claims);

  it("loads nothing: no foreign script, no link to a style, no picture, no address but the raw data's", () => {
    expect(html).not.toMatch(/<script [^>]*src|<link|<img|@import|url\(/);
    const targets = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target);
    expect(new Set(targets.filter((target) => !target?.startsWith("#")))).toEqual(new Set(["run.json"]));
    const addresses = [...html.matchAll(/https?:[^"\s]*/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(["http://www.w3.org/2000/svg"]));
  });

  it("puts a table behind every chart, and a description on it", () => {
    const figures = html.split("<figure>").slice(1);
    // Crossovers of echo and file-read, metrics, and latencies at each level of echo.
    expect(figures).toHaveLength(4 + 4 + 4 + 2 + 1 + 1 + 7);
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
    const odd = hostileRun(run);
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
      for (const [name, tint] of Object.entries(theme)) {
        if (name.startsWith("heat-")) expect(contrast(theme.ink, tint)).toBeGreaterThanOrEqual(4.5);
      }
      const lines = Object.entries(theme).filter(([name]) => name.startsWith("series-"));
      for (const [, colour] of lines) expect(contrast(colour, theme.paper)).toBeGreaterThanOrEqual(3);
    }
  });

  it("tells the series apart also in the eyes of the colour-blind", () => {
    for (const theme of Object.values(THEMES)) {
      const colours = Object.entries(theme).flatMap(([name, colour]) => (/^series-\d$/.test(name) ? [colour] : []));
      expect(colours).toHaveLength(7);
      for (const sight of Object.values(SIGHTS)) {
        const seen = colours.map((colour) => oklab(sight.map((row) => weigh(row, linear(colour)))));
        for (const [index, one] of seen.entries()) {
          for (const other of seen.slice(0, index)) expect(distance(one, other)).toBeGreaterThan(0.07);
        }
      }
    }
  });

  it("has a row of raw samples for each cell of each metric, with each round in it", () => {
    for (const { tables } of analysis.scenarios) {
      for (const { rows } of tables) expect(rows.length).toBeGreaterThan(0);
    }
    const cells = analysis.scenarios.flatMap(({ tables }) =>
      tables.flatMap(({ rows }) => rows.flatMap((row) => row.cells.filter((cell) => cell !== undefined))),
    );
    const raw = html.split("<caption><span>Raw samples of ").slice(1);
    expect(raw).toHaveLength(run.scenarios.length);
    const bodies = raw.map((table) => table.split("<tbody>").slice(1).join("").split("</table>")[0] ?? "");
    expect(bodies.join("").match(/<tr/g)).toHaveLength(cells.length);
    // Each row also has its level and its metric.
    const values = bodies.join("").match(/<td>/g)?.length ?? 0;
    expect(values).toBe(cells.reduce((sum, { rounds }) => sum + rounds + 2, 0));
  });

  it("has an id for each link into it, once", () => {
    for (const page of [html, claimsPage]) {
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    }
  });

  it("puts what the run was made for first", () => {
    expect(html.indexOf('id="ledger"')).toBeGreaterThan(html.indexOf('id="workloads"'));
    expect(claimsPage.indexOf('id="ledger"')).toBeLessThan(claimsPage.indexOf('id="workloads"'));
    expect(claimsPage).toMatch(/class="lead">3 claims: /);
    expect(html).toMatch(/class="lead">echo: async wins above N\* = [\d.]+ connections \(95.% interval /);
  });

  it("draws an effect with its interval, the bound on its side, and the noise floor around it", () => {
    const parts = claims.claims.flatMap((claim) => claim.parts);
    const drawn = parts.filter(({ effect }) => effect !== undefined);
    expect(drawn.length).toBeGreaterThan(8);
    expect(claimsPage.match(/<div class="effect">/g)).toHaveLength(drawn.length);
    // A bound from above opens to the left: its ticks go back from the line.
    const bounds = claimsPage.match(/M[\d.]+ 1V23M[\d.]+ 4h(-?6)M/g) ?? [];
    expect(bounds).toHaveLength(drawn.length);
    expect(bounds.every((bound) => bound.includes("h-6"))).toBe(true);
    const floors = drawn.filter(({ asked }) => asked !== undefined && asked.floor > 0);
    expect(claimsPage.match(/fill="var\(--band\)"/g)).toHaveLength(floors.length);
  });

  it("sets tokio's answers beside the others, and links each answer to its samples", () => {
    const [claim] = claimsPage.split('id="claim-A9"')[1]?.split("</article>") ?? [];
    const [here = "", there = ""] = claim?.split("<h4>On tokio</h4>") ?? [];
    expect(here.match(/<li>/g)).toHaveLength(8);
    expect(there.match(/<li>/g)).toHaveLength(4);
    expect(there).toMatch(
      /samples: <a href="#raw-0-3-0">tokio at 2 in sequence<\/a>, <a href="#raw-0-3-1">tokio at 2 joined/,
    );
    expect(claim).toContain("<code>pnpm bench claims A9</code>");
  });

  it("draws the density of many rounds, and of few only the rounds", () => {
    expect(claimsPage).toContain('fill-opacity=".2"');
    expect(html).not.toContain('fill-opacity=".2"');
  });

  it("shows the counters that were recorded, and no column for those that were not", () => {
    const [counters] =
      claimsPage.split("<caption><span>Counters and processor time, waits</span></caption>")[1]?.split("</table>") ??
      [];
    const columns = [...(counters?.matchAll(/<th scope="col">([^<]*)/g) ?? [])].map(([, name]) => name);
    expect(columns).toEqual([
      "contender",
      "way",
      "user",
      "system",
      "allocated",
      "GC pauses",
      "in all",
      "longest",
      "peak memory",
      "never steady",
    ]);
    expect(counters).toMatch(/<td>168 B<\/td><td>3\.00<\/td><td>4\.00 ms<\/td>.*<td>1 of 14<\/td>/);
  });

  it("allows its own script alone to run", () => {
    const [, script = ""] = /<script>([^]*?)<\/script>/.exec(html) ?? [];
    const hash = createHash("sha256").update(script).digest("base64");
    expect(html).toContain(`script-src 'sha256-${hash}'`);
    expect(html).toContain("default-src 'none'");
  });

  it("stays small enough to send: thirty rounds of the headline in 1.5 MB", () => {
    const large = syntheticRun({ rounds: 30 });
    expect(formatHtml(large, analyse(large)).length).toBeLessThan(1_500_000);
  });
});

/** The contrast ratio of WCAG 2 between two colours written as #rrggbb. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  return weigh([0.2126, 0.7152, 0.0722], linear(colour));
}

/** The channels of #rrggbb on a linear scale from 0 to 1. */
function linear(colour: string): number[] {
  return [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
}

/** Normal sight, and what Machado, Oliveira and Fernandes (2009) give for protanopia, deuteranopia and tritanopia. */
const SIGHTS = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

/** Ottosson's OKLab of a linear colour. */
function oklab(colour: readonly number[]): number[] {
  const cones = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ].map((row) =>
    Math.cbrt(
      weigh(
        row,
        colour.map((channel) => Math.min(1, Math.max(0, channel))),
      ),
    ),
  );
  return [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ].map((row) => weigh(row, cones));
}

function weigh(weights: readonly number[], values: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (values[index] ?? 0), 0);
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.hypot(...one.map((value, index) => value - (other[index] ?? 0)));
}
