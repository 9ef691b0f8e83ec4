import { describe, expect, it } from "vitest";
import type { Run } from "../src/record/run.ts";
import { analyse } from "../src/report/analysis.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

describe("the analysis", () => {
  it("is the same whenever it is derived again, whatever order the samples are in", () => {
    const run = syntheticRun();
    const reversed: Run = { ...run, observations: run.observations.toReversed() };
    expect(JSON.stringify(analyse(run))).toBe(JSON.stringify(analyse(run)));
    expect(analyse(reversed).headlines.map(({ sentence }) => sentence)).toEqual(
      analyse(run).headlines.map(({ sentence }) => sentence),
    );
  });

  it("marks one best competitor in each column, never a limit or a twin", () => {
    const table = analyse(syntheticRun()).scenarios[0]?.tables[0];
    const best = table?.rows.flatMap(({ contender, cells }) =>
      cells.flatMap((cell) => (cell?.best ? [contender.name] : [])),
    );
    expect(best).toHaveLength(7);
    expect(best?.every((name) => !name.startsWith("c-") && !name.endsWith("(twin)"))).toBe(true);
  });

  it("leaves a hole where nothing was measured", () => {
    const threads = analyse(syntheticRun()).scenarios[0]?.tables[0]?.rows.find(
      ({ contender }) => contender.name === "threads",
    );
    expect(threads?.cells.map((cell) => cell !== undefined)).toEqual([true, true, true, true, true, true, false]);
  });

  it("sums the sampled user and system time over the observations before it divides", () => {
    const run = syntheticRun({ rounds: 2 });
    const ticks = [0, 20_000_000];
    const sampled: Run = {
      ...run,
      observations: run.observations.map((each) => ({
        ...each,
        operations: each.round === 0 ? 1000 : 3000,
        cpuUserNs: ticks[each.round] ?? 0,
        cpuSystemNs: 40_000_000,
      })),
    };
    const [row] = analyse(sampled).scenarios[0]?.costs ?? [];
    expect(row?.userNs).toBe(20_000_000 / 4000);
    expect(row?.systemNs).toBe(80_000_000 / 4000);
  });

  it("gathers the levels and the contenders that were skipped for one reason, and counts failures of one kind", () => {
    const run = syntheticRun();
    const failure = { scenario: "echo", contender: "node", round: 0, message: "the server went away" };
    const { missing } = analyse({
      ...run,
      skipped: [
        ...[1, 2, 4].map((level) => ({ scenario: "echo", contender: "threads", level, reason: "no memory." })),
        ...["c-epoll", "c-uring"].map((contender) => ({ scenario: "echo", contender, reason: "no compiler" })),
      ],
      failures: [
        { ...failure, level: 4 },
        { ...failure, level: 8 },
      ],
    });
    expect(missing).toEqual([
      "echo: threads at 1, 2 and 4 connections: not measured, because no memory.",
      "echo: c-epoll and c-uring: not measured, because no compiler.",
      "echo: node failed 2 times at 4 and 8 connections: the server went away.",
    ]);
  });

  it("warns of few rounds, an early end, noise and a busy generator", () => {
    const run = syntheticRun({ rounds: 3, noise: 0.1 });
    const { cautions } = analyse({ ...run, plan: { ...run.plan, rounds: 6, stoppedEarly: "interrupted" } });
    const text = cautions.join("\n");
    expect(text).toMatch(/ended after 3 of 6 rounds because it was interrupted/);
    expect(text).toMatch(/With 3 rounds the interval of a median covers at most 75 %/);
    expect(text).toMatch(/echo is noisy: two runs of the same program may differ by \d+ %/);
    expect(text).toMatch(/echo is generator-limited for c-uring at/);
    expect(text).toMatch(/await-call and await-resume have no A\/A pair/);
  });

  it("does not miss the A/A pair of a single round, but the other rounds", () => {
    const text = analyse(syntheticRun({ rounds: 1 })).cautions.join("\n");
    expect(text).toMatch(/There is only one round/);
    expect(text).not.toMatch(/echo.* no A\/A pair/);
  });

  it("survives a run in which nothing was measured", () => {
    const run: Run = { ...syntheticRun(), observations: [] };
    const { scenarios, claims } = analyse(run);
    expect(scenarios.every(({ tables }) => tables.length === 0)).toBe(true);
    expect(claims.map(({ verdict }) => verdict)).toEqual(["inconclusive"]);
  });
});
