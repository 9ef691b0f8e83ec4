import { describe, expect, it } from "vitest";
import type { Comparison } from "../src/claims/index.ts";
import { headlineAnswers, verdictCounts } from "../src/report/answer.ts";
import { bestGrid } from "../src/report/best-grid.ts";
import { analyse } from "../src/report/analysis.ts";
import { levelPhrase } from "../src/report/levels.ts";
import { merge, percentileCurve, percentileOf } from "../src/report/percentiles.ts";
import type { ScenarioRecord } from "../src/record/run.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

const analysis = analyse(syntheticRun());
const [echo] = analysis.headlines;
if (echo === undefined) throw new Error("the synthetic run has headlines");

/** The answer where the contenders a, b and so on have these crossovers. */
function answerTo(...crossovers: Comparison["crossover"][]): string[] {
  const headlines = crossovers.map((crossover, index) => ({ ...echo, contender: "abc"[index] ?? "", crossover }));
  return headlineAnswers({ ...analysis, headlines });
}

const overtakes = (at: number) => ({ kind: "crosses", at, low: at / 2, high: at * 2, direction: "overtakes" }) as const;

describe("the answer", () => {
  it("names the first to overtake, with its interval, and the others after it", () => {
    expect(answerTo(overtakes(8), overtakes(4))).toEqual([
      "echo: async wins above N* = 4.00 connections (95 % interval 2.00 to 8.00), with b; a above 8.00.",
    ]);
  });

  it("names all that are always ahead", () => {
    expect(answerTo({ kind: "ahead-everywhere" }, overtakes(4), { kind: "ahead-everywhere" })).toEqual([
      "echo: async wins at every level that was measured, with a and c.",
    ]);
  });

  it("gives the number of many names where it is all of them", () => {
    const everywhere = { kind: "ahead-everywhere" } as const;
    expect(answerTo(everywhere, everywhere, everywhere, everywhere)).toEqual([
      "echo: async wins at every level that was measured, with all 4 that were compared.",
    ]);
  });

  it("says where no crossover can be named, and where async never wins", () => {
    const ahead = { kind: "one-sided", side: "ahead", lowest: 8, highest: 64 } as const;
    const behind = { kind: "one-sided", side: "behind", lowest: 1, highest: 8 } as const;
    const undecided = { kind: "undecided", why: "within-noise" } as const;
    expect(answerTo(ahead, undecided)).toEqual(["echo: async wins at some levels, with a; N* itself cannot be named."]);
    expect(answerTo({ ...ahead, highest: 256 }, ahead)).toEqual([
      "echo: async wins from 8 connections on, with a; below, no difference was found.",
    ]);
    expect(answerTo({ kind: "behind-everywhere" })).toEqual(["echo: async wins nowhere, up to 256 connections."]);
    expect(answerTo(behind, { kind: "behind-everywhere" })).toEqual([
      "echo: no level was found at which async wins, up to 256 connections; at some, no difference was found.",
    ]);
    expect(answerTo(behind, undecided)).toEqual(["echo: this run cannot tell from where on async wins."]);
  });

  it("counts verdicts in their order, and says nothing of none", () => {
    const [claim] = analysis.claims;
    if (claim === undefined) throw new Error("the synthetic run has claims");
    const claims = (["mixed", "supported", "mixed"] as const).map((verdict) => ({ ...claim, verdict }));
    expect(verdictCounts({ claims })).toEqual(["3 claims: 1 supported and 2 mixed."]);
    expect(verdictCounts({ claims: [] })).toEqual([]);
  });
});

describe("who is best", () => {
  it("is found with the distance of all others, in ratios of the same rounds", () => {
    const standing = analysis.scenarios[0]?.standings.find(({ level }) => level === 64);
    expect(standing?.best).toBe("single+uring");
    const times = new Map(standing?.rivals.map((rival) => [rival.contender, rival]));
    expect(times.get("blocking")).toMatchObject({ standing: "behind", times: { value: expect.closeTo(2.2, 0) } });
    expect(times.get("c-epoll")?.standing).toBe("even");
    expect(times.has("single+uring (twin)")).toBe(false);
    const values = standing?.rivals.map((rival) => rival.times.value) ?? [];
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });
});

describe("the table of the best", () => {
  const [scenario] = analysis.scenarios;
  if (scenario === undefined) throw new Error("the synthetic run has a scenario");
  const rowAt = (level: number, of: typeof scenario): string[] =>
    bestGrid(of)?.rows[of.standings.findIndex((each) => each.level === level)]?.map(({ text }) => text) ?? [];

  it("has beside the best who is next and what stands behind it: user and system time, and system calls", () => {
    const [level, best = "", , next, cpu] = rowAt(64, scenario);
    expect([level, best.startsWith("single+uring")]).toEqual(["64", true]);
    expect(next).toMatch(/^\S+, [\d.]+ times \([\d.]+ to [\d.]+\)$/);
    expect(cpu).toMatch(/^[\d.]+ [nµ]s \+ [\d.]+ [nµ]s \([\d.]+ [nµ]s \+ [\d.]+ [nµ]s\)$/);
  });

  it("names nobody where many compete and none can be told from the best", () => {
    const even = scenario.standings.map((each) => ({
      ...each,
      rivals: each.rivals.map((rival) => ({ ...rival, standing: "even" as const })),
    }));
    expect(rowAt(64, { ...scenario, standings: even })[1]).toMatch(/^nobody: no difference between all [4-9]$/);
  });
});

describe("latencies of all rounds together", () => {
  const round = (counts: readonly number[]) => ({ lowestNs: [10, 20, 40], counts, maxNs: 50 });
  const merged = merge([round([50, 40, 10]), { lowestNs: [5, 20], counts: [60, 40], maxNs: 99 }]);

  it("are their counts by bucket", () => {
    expect(merged).toEqual({ lowestNs: [5, 10, 20, 40], counts: [60, 50, 80, 10], maxNs: 99 });
  });

  it("have percentiles, and the range of those of each round", () => {
    const rounds = [round([50, 40, 10]), round([90, 10, 0])];
    const distribution = { contender: "a", level: 1, merged: merge(rounds), operations: 200, rounds };
    expect(percentileOf(distribution, 0.9)).toEqual({ value: 20, low: 10, high: 20 });
  });

  it("are drawn from all of them to the last one, and never fall", () => {
    const curve = percentileCurve({ contender: "a", level: 1, merged, operations: 200, rounds: [] });
    expect(curve[0]).toEqual({ rarity: 1, ns: 5 });
    expect(curve.at(-1)?.ns).toBe(40);
    expect(curve.at(-1)?.rarity).toBeLessThanOrEqual(200);
    for (const [index, { ns }] of curve.entries()) expect(ns).toBeGreaterThanOrEqual(curve[index - 1]?.ns ?? 0);
  });
});

describe("a level", () => {
  const scenario = (factor: string, levelNames?: readonly string[]): ScenarioRecord => ({
    ...{ name: "", isolates: "", factor, levels: [1, 2], operation: "", metrics: [] },
    ...(levelNames === undefined ? {} : { levelNames }),
  });

  it.each([
    ["connections", "1 connection", "2 connections"],
    ["reads in flight", "1 read in flight", "2 reads in flight"],
    ["polls per event", "1 poll per event", "2 polls per event"],
    ["service classes", "1 service class", "2 service classes"],
    ["at a time", "1 at a time", "2 at a time"],
    ["depth", "depth 1", "depth 2"],
  ])("of %s reads as it is said", (factor, one, two) => {
    expect([1, 2].map((level) => levelPhrase(scenario(factor), level))).toEqual([one, two]);
  });

  it("that is a category has its name", () => {
    expect(levelPhrase(scenario("lock", ["none", "mutex"]), 2)).toBe("mutex");
  });
});
