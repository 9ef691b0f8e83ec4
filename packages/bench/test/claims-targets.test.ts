import { describe, expect, it } from "vitest";
import { Samples, judgeTargets, TARGETS } from "../src/claims/index.ts";
import type { JudgedTarget } from "../src/claims/index.ts";
import type { Observation, Run } from "../src/record/run.ts";
import { formatHtml, formatMarkdown, formatTerminal, analyse } from "../src/report/index.ts";
import { scenarios } from "../src/scenarios/index.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

/** A run of one micro-benchmark with these times per operation, or bytes: of each contender at each level, one a round. */
function runOf(name: string, values: Readonly<Record<string, Readonly<Record<number, readonly number[]>>>>): Run {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  const { isolates, factor, levels, operation, metrics } = scenario;
  const observations = Object.entries(values).flatMap(([contender, atLevels]) =>
    Object.entries(atLevels).flatMap(([level, perRound]) =>
      perRound.map((value, round): Observation => ({
        ...{ scenario: name, contender, level: Number(level), round, sequence: round, operations: 100 },
        ...{ elapsedNs: 100 * value, cpuNs: 100 * value, cpuUserNs: 0, cpuSystemNs: 0 },
        ...(metrics[0]?.id === "bytes" ? { heldBytes: 100 * value } : {}),
      })),
    ),
  );
  return {
    ...syntheticRun({ rounds: 1 }),
    scenarios: [{ name, isolates, factor, levels, operation, metrics }],
    contenders: Object.keys(values).map((contender) => ({ name: contender, description: contender, kind: "async" })),
    observations,
    skipped: [],
  };
}

function judged(run: Run): readonly JudgedTarget[] {
  return judgeTargets(run, new Samples(run));
}

describe("the targets", () => {
  it.each(TARGETS)("of $contender in $scenario at $level can be measured", (target) => {
    const scenario = scenarios.find(({ name }) => name === target.scenario);
    expect(scenario?.levels).toContain(target.level);
    expect(scenario?.entrants).toHaveProperty([target.contender]);
    if ("peer" in target) {
      expect(scenario?.entrants).toHaveProperty([target.peer]);
      expect(scenario?.levels).toContain(target.peerLevel ?? target.level);
    }
    const metric = scenario?.metrics.find(({ id }) => id === (target.metric ?? scenario.metrics[0]?.id));
    expect(metric).toBeDefined();
    if ("fromLevel" in target) expect(scenario?.levels).toContain(target.fromLevel);
    if ("atMostBytes" in target) expect(metric?.unit).toBe("bytes");
  });

  it("are those of the scenarios in the run", () => {
    expect(judged(syntheticRun())).toEqual([]);
  });
});

describe("a target", () => {
  const awaitReady = (coroutine: readonly number[]): JudgedTarget | undefined =>
    judged(runOf("await-ready", { coroutine: { 1: coroutine }, "native-async": { 1: [50, 50, 50] } }))[0];

  it("is met where the whole interval keeps within the limit", () => {
    expect(awaitReady([14.8, 15, 15.2])).toMatchObject({
      statement: "await-ready at 1: coroutine takes at most 0.4 times what native-async takes.",
      verdict: "met",
      measured: { value: expect.closeTo(0.3) },
      because: "0.300 times (95 % interval 0.290 to 0.310, 3 rounds).",
    });
  });

  it("is missed where the whole interval lies beyond it", () => {
    expect(awaitReady([24.8, 25, 25.2])?.verdict).toBe("missed");
  });

  it("is undecided where the limit lies inside, and after a single round", () => {
    expect(awaitReady([17, 20, 23])?.verdict).toBe("undecided");
    expect(awaitReady([15])).toMatchObject({
      verdict: "undecided",
      because: "0.300 times (one round, so no interval).",
    });
  });

  it("compares only what was measured in the same round", () => {
    const run = runOf("await-ready", { coroutine: { 1: [15, 15, 500] }, "native-async": { 1: [50, 50] } });
    expect(judged(run)[0]).toMatchObject({
      verdict: "met",
      because: "0.300 times (95 % interval 0.300 to 0.300, 2 rounds).",
    });
  });

  it("is not measured where the peer is missing, and says why", () => {
    const run = runOf("oneshot", { coroutine: { 1: [50, 50] } });
    const skipped = [{ scenario: "oneshot", contender: "tokio", reason: "cargo is missing" }];
    expect(judged({ ...run, skipped })[0]).toMatchObject({
      verdict: "not measured",
      because: "oneshot: tokio was skipped: cargo is missing.",
    });
  });

  it("can be a growth from level to level", () => {
    const run = runOf("resume", { coroutine: { 1: [50, 51], 1000: [60, 61] } });
    const growth = judged(run).find(({ statement }) => statement.endsWith("what it takes at 1."));
    expect(growth).toMatchObject({ verdict: "missed", measured: { value: expect.closeTo(1.2, 1) } });
  });

  it("can be an amount of memory", () => {
    const run = runOf("pending-tasks", { coroutine: { 10_000: [290, 290] }, "hand-written": { 10_000: [160, 160] } });
    expect(judged(run).map(({ verdict }) => verdict)).toEqual(["met", "missed", "not measured", "not measured"]);
    expect(judged(run)[0]?.because).toBe("290 B (95 % interval 290 to 290, 2 rounds).");
  });

  it("can be of another metric, against a peer at another level, or a value of its own", () => {
    const echo = runOf("echo-connections", { "single+uring": { 64: [600, 620] }, "c-uring": { 64: [590, 600] } });
    const withUser = echo.observations.map((each) => ({ ...each, elapsedNs: 1, cpuUserNs: 100 * 650 }));
    const found = judged({ ...echo, observations: withUser }).filter(({ measured }) => measured !== undefined);
    expect(found.map(({ statement, verdict }) => `${statement} ${verdict}`)).toEqual([
      "echo-connections at 64 (CPU time per operation): single+uring takes at most 1.05 times what c-uring takes. undecided",
      "echo-connections at 64 (CPU time in user mode per operation): single+uring takes at most 700. met",
    ]);
    const files = runOf("files-cached", {
      "single+uring all registered": { 64: [900, 901] },
      blocking: { 1: [950, 951] },
    });
    expect(judged(files).find(({ measured }) => measured !== undefined)).toMatchObject({
      statement: "files-cached at 64: single+uring all registered takes at most 1 times what blocking takes at 1.",
      verdict: "met",
    });
  });

  it("can be a speed-up, which is a share of the peer's time", () => {
    const run = runOf("parallel", {
      "direct-call": { 3: [1900, 1910] },
      stealing: { 3: [1100, 1105] },
      "stealing (1 worker)": { 3: [2100, 2110] },
    });
    const found = judged(run).filter(({ measured }) => measured !== undefined);
    expect(found.map(({ statement, verdict }) => `${statement} ${verdict}`)).toEqual([
      "parallel at 3: stealing takes at most 0.588 times what direct-call takes. met",
      "parallel at 3: stealing (1 worker) takes at most 1.05 times what direct-call takes. missed",
    ]);
  });

  it("stands in every report", () => {
    const run = runOf("pending-tasks", { coroutine: { 10_000: [290, 290] }, "hand-written": { 10_000: [160, 160] } });
    const analysis = analyse(run);
    for (const format of [formatTerminal, formatMarkdown, formatHtml]) {
      expect(format(run, analysis)).toContain("takes at most 300 bytes each");
    }
    expect(formatTerminal(run, analysis)).not.toContain("No claim was part of this run");
  });
});
