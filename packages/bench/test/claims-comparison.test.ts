import { describe, expect, it } from "vitest";
import type { Comparison } from "../src/claims/index.ts";
import type { Observation, Run } from "../src/record/run.ts";
import { analyse } from "../src/report/analysis.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

function compared(run: Run, contender: string, baseline: string, metric: string): Comparison {
  const found = analyse(run)
    .scenarios.flatMap(({ comparisons }) => comparisons)
    .find(
      (each) =>
        each.scenario.name === "echo" &&
        each.contender === contender &&
        each.baseline === baseline &&
        each.metric.id === metric,
    );
  if (found === undefined) throw new Error(`${contender} was not compared with ${baseline}`);
  return found;
}

function edited(run: Run, edit: (observation: Observation) => Partial<Observation>): Run {
  return { ...run, observations: run.observations.map((each) => ({ ...each, ...edit(each) })) };
}

describe("comparisons", () => {
  const { scenarios } = analyse(syntheticRun());
  const echo = scenarios[0]?.comparisons ?? [];

  it("set every asynchronous contender against every blocking one in every metric, and no twin", () => {
    const pairs = new Set(echo.map(({ contender, baseline, metric }) => `${contender} ${baseline} ${metric.id}`));
    expect(pairs.size).toBe(3 * 2 * 4);
    expect([...pairs].some((pair) => pair.includes("twin"))).toBe(false);
  });

  it("use only the levels that both have", () => {
    expect(compared(syntheticRun(), "node", "threads", "throughput").levels.map(({ level }) => level)).toEqual([
      1, 2, 4, 8, 16, 64,
    ]);
  });

  it("call less time an advantage and fewer requests per second a disadvantage", () => {
    const run = syntheticRun();
    const [throughput, cpu] = ["throughput", "cpu"].map(
      (metric) => compared(run, "node", "blocking", metric).levels[0],
    );
    expect(throughput?.standing).toBe("behind");
    expect(throughput?.advantage.value).toBeCloseTo(13_200 / 24_000, 1);
    expect(cpu?.advantage.value).toBeCloseTo((13_200 * 0.45) / (24_000 * 0.97), 1);
  });

  it("let the twins' difference decide how much counts at each level", () => {
    const quiet = syntheticRun({ noise: 0.01 });
    const apart = edited(quiet, ({ contender, level, elapsedNs }) => ({
      elapsedNs: contender.endsWith("(twin)") && level === 64 ? elapsedNs * 3 : elapsedNs,
    }));
    const at = (run: Run, level: number): string | undefined =>
      compared(run, "single+uring", "blocking", "throughput").levels.find((each) => each.level === level)?.standing;
    expect([at(quiet, 16), at(quiet, 64)]).toEqual(["ahead", "ahead"]);
    expect([at(apart, 16), at(apart, 64)]).toEqual(["ahead", "unclear"]);
  });

  it("say where the load generator was the limit", () => {
    const busy = edited(syntheticRun(), ({ level, elapsedNs, generator }) => ({
      ...(generator && { generator: { cpuNs: elapsedNs * (level >= 64 ? 0.97 : 0.5) } }),
    }));
    expect(compared(busy, "single+uring", "blocking", "throughput").sentence).toMatch(
      /At 64 and 256 connections the load generator was the limit: the true difference there may be larger\.$/,
    );
    expect(compared(busy, "single+uring", "blocking", "cpu").sentence).not.toMatch(/generator/);
  });
});

describe("sentences", () => {
  it("name a place, its interval and who wins below it", () => {
    expect(compared(syntheticRun(), "single+uring", "threads", "cpu").sentence).toMatch(
      /^echo: single\+uring overtakes a blocking thread each at N\* = [\d.]+ connections \(95 % interval [\d.]+ to [\d.]+\) in CPU time per request; below it a blocking thread each is cheaper\.$/,
    );
  });

  it("say by how much where one is ahead everywhere", () => {
    expect(compared(syntheticRun(), "node", "blocking", "cpu").sentence).toMatch(
      /^echo: node is never ahead of plain blocking code: plain blocking code is cheaper at every level from 1 to 256 connections in CPU time per request \(by a factor of [\d.]+ to [\d.]+\)\.$/,
    );
  });

  it("list the standings where no crossover can be named", () => {
    const run = edited(syntheticRun(), ({ contender, level, elapsedNs }) => ({
      elapsedNs: contender === "blocking" ? elapsedNs * (level === 8 ? 0.5 : 3) : elapsedNs,
    }));
    expect(compared(run, "single+uring", "blocking", "throughput").sentence).toBe(
      "echo: single+uring against plain blocking code in throughput: the lead changes more than once, " +
        "ahead at 1, 2, 4, 16, 64 and 256, behind at 8 connections.",
    );
  });

  it("say from where on one is ahead when no difference was found before", () => {
    const run = edited(syntheticRun(), ({ contender, level, elapsedNs }) => ({
      elapsedNs:
        contender === "blocking" && level < 4 ? elapsedNs : contender === "blocking" ? elapsedNs * 3 : elapsedNs,
    }));
    // The two are made equal below 4 connections.
    const blockingNs = new Map(
      run.observations
        .filter(({ contender, scenario }) => contender === "blocking" && scenario === "echo")
        .map(({ level, round, elapsedNs, operations }) => [`${level} ${round}`, elapsedNs / operations]),
    );
    const equal = {
      ...run,
      observations: run.observations.map((each) =>
        each.scenario === "echo" && each.contender === "single+uring" && each.level < 4
          ? { ...each, elapsedNs: each.operations * (blockingNs.get(`${each.level} ${each.round}`) ?? 1) }
          : each,
      ),
    };
    expect(compared(equal, "single+uring", "blocking", "throughput").sentence).toBe(
      "echo: single+uring is faster than plain blocking code from 4 connections on (no difference was found below) in throughput.",
    );
  });
});
