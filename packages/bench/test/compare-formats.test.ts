import { describe, expect, it } from "vitest";
import {
  COMMENT_LIMIT_BYTES,
  compareRuns,
  formatComment,
  formatComparison,
  formatSummary,
  MARKER,
  SUMMARY_LIMIT_BYTES,
} from "../src/compare/index.ts";
import type { RunComparison } from "../src/compare/index.ts";
import { madeUp } from "./fixtures/comparison-runs.ts";

const quiet = (): number => 0;

function comparison(options: Parameters<typeof compareRuns>[2] = {}): RunComparison {
  const base = madeUp({ seed: 1, session: "s", commit: "a".repeat(40) });
  const head = madeUp({ seed: 2, session: "s", commit: "b".repeat(40), slower: { c: 1.3 }, polls: { b: 4, d: 2 } });
  return compareRuns(base, head, options);
}

/** With so many rows that no comment holds them. */
function large(rows: number, because = "it was not measured"): RunComparison {
  const small = comparison();
  const differences = Array.from({ length: rows }, () => small.differences).flat();
  const absences = [{ name: "work/x/tasks=1", presentIn: "base", failed: true, because }] as const;
  return { ...small, differences, absences, isWorse: true };
}

describe("a comparison in a terminal", () => {
  const text = formatComparison(comparison());

  it("has counts first, then what regressed, and the answer last", () => {
    const order = ["Exact counts that differ", "work/b/tasks=1 ", "Benchmarks", "work/c/tasks=1 ", "within noise"];
    const places = order.map((each) => text.indexOf(each));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThanOrEqual(0);
    expect(text.trimEnd().split("\n").at(-1)).toContain("2 counts differ, 2 benchmarks regressed.");
  });

  it("has of each difference both figures, the interval, the noise and the verdict", () => {
    const row = text.split("\n").find((line) => line.startsWith("work/c/tasks=1 ")) ?? "";
    expect(row).toMatch(
      /^work\/c\/tasks=1 +time per task +[\d.]+ ns +[\d.]+ µs +\+\d+ % \(\+\d+ % to \+\d+ %\) +[\d.]+ % +regressed \(p < 0\.001\)$/,
    );
  });

  it("names both commits, and says how they were measured", () => {
    expect(text.replaceAll("\n", " ")).toMatch(/Base is aaaaaaa, 6 rounds.*head is bbbbbbb.*one session, interleaved/);
  });

  it("says why a count may differ", () => {
    const explained = comparison({ explanations: [{ about: "polls", reason: "one poll more for the budget" }] });
    expect(formatComparison(explained)).toMatch(
      /work\/b\/tasks=1 +polls +3 +4 .*explained: one poll more for the budget/,
    );
  });

  it("says plainly that nothing is worse", () => {
    const run = madeUp({ seed: 1, noise: quiet });
    expect(formatComparison(compareRuns(run, run))).toMatch(/\nNothing is worse\.\n$/);
  });
});

describe("a comment", () => {
  it("begins with the marker by which it is found again", () => {
    expect(formatComment(comparison()).split("\n")[0]).toBe(MARKER);
    expect(MARKER).toMatch(/^<!-- .* -->$/);
    expect(formatSummary(comparison())).not.toContain(MARKER);
  });

  it("has the answer, counts first and what regressed; what is noise is folded away", () => {
    const text = formatComment(comparison());
    expect(text).toContain("**2 counts differ, 2 benchmarks regressed.**");
    expect(text.indexOf("### Exact counts that differ (4)")).toBeLessThan(text.indexOf("### Regressed (2)"));
    expect(text.indexOf("### Regressed")).toBeLessThan(text.indexOf("<details><summary>Within noise"));
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)?.length ?? 0);
  });

  it.each([1, 10, 40, 100, 1000])("fits, and says how many rows it leaves out: %i times as many", (rows) => {
    const whole = large(rows);
    const text = formatComment(whole);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
    const told = text.split("\n").filter((line) => line.startsWith("| work/") && line.includes("time per task")).length;
    const leftOut = [...text.matchAll(/_(\d+) more left out here/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    const folded = [...text.matchAll(/<summary>[^(]*\((\d+)\)/g)].length;
    expect(told + leftOut).toBeLessThanOrEqual(whole.differences.length);
    // All rows are told or counted, unless there was no room even for the heading of a section.
    if (folded === 2) expect(told + leftOut).toBe(whole.differences.length);
    expect(text).toContain("### Regressed");
    expect(text.trimEnd()).toMatch(/at most 5 %\. In half of the benchmarks .* from [\d.]+ % in time per operation\.$/);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });

  it("fits also where a single message is longer than it may be", () => {
    const text = formatComment(large(1, "x".repeat(100_000)));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
    expect(text).toContain("_1 more left out here");
    expect(text).toContain("### Regressed");
  });

  it("lets nothing in a message act as markup", () => {
    const text = formatComment(large(1, "<img src=x> | `code` <!-- --> **bold**\n## heading"));
    expect(text).toContain("\\<img src=x\\> \\| \\`code\\` \\<!-- --\\> \\*\\*bold\\*\\* \\#\\# heading");
  });

  it("has less room than the summary of a job", () => {
    const whole = large(1000);
    expect(formatSummary(whole).length).toBeGreaterThan(COMMENT_LIMIT_BYTES);
    expect(Buffer.byteLength(formatSummary(whole))).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
  });
});
