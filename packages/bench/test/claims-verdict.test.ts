import { describe, expect, it } from "vitest";
import type { Part } from "../src/claims/verdict.ts";
import { combine } from "../src/claims/verdict.ts";
import { figure } from "../src/claims/figure.ts";
import { analyse } from "../src/report/analysis.ts";
import type { JudgedClaim } from "../src/claims/index.ts";
import { STANDARD } from "../src/record/metric.ts";
import type { Observation, Run } from "../src/record/run.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

function claim(run: Run, id: string): JudgedClaim {
  const found = analyse(run).claims.find((each) => each.id === id);
  if (found === undefined) throw new Error(`claim ${id} was not judged`);
  return found;
}

const AWAITING = {
  ...{ isolates: "", factor: "depth", levels: [1, 100], operation: "wait" },
  metrics: [STANDARD.time],
};

/** The run with the time of some observations multiplied. */
function slowed(run: Run, factorOf: (observation: Observation) => number): Run {
  return {
    ...run,
    observations: run.observations.map((each) => ({ ...each, elapsedNs: each.elapsedNs * factorOf(each) })),
  };
}

/** Blocking is this much slower or faster at each level, so that single+uring crosses it where a test wants it. */
function withBlockingNs(nsOf: (level: number) => number): Run {
  const run = syntheticRun({ noise: 0.01 });
  const own = new Map(
    run.observations
      .filter(({ contender }) => contender === "single+uring")
      .map((each) => [`${each.scenario} ${each.level} ${each.round}`, each.elapsedNs]),
  );
  return {
    ...run,
    observations: run.observations.map((each) => {
      const reference = own.get(`${each.scenario} ${each.level} ${each.round}`);
      if (each.contender === "single+epoll" || each.contender === "single+uring")
        return { ...each, elapsedNs: reference ?? each.elapsedNs };
      return each.contender === "blocking" && reference !== undefined
        ? { ...each, elapsedNs: reference * nsOf(each.level) }
        : each;
    }),
  };
}

const overtakenAt = (crossover: number): Run => withBlockingNs((level) => (level / crossover) ** 0.5);

describe("parts become one verdict", () => {
  const parts = (...verdicts: Part["verdict"][]): Pick<Part, "verdict">[] => verdicts.map((verdict) => ({ verdict }));
  it.each([
    ["supported", parts("supported", "supported")],
    ["contradicted", parts("contradicted", "inconclusive", "not runnable here")],
    ["mixed", parts("supported", "contradicted", "inconclusive")],
    ["inconclusive", parts("supported", "inconclusive")],
    ["inconclusive", parts("supported", "not runnable here")],
    ["not runnable here", parts("not runnable here", "not runnable here")],
    ["inconclusive", parts()],
  ] as const)("%s", (verdict, given) => {
    expect(combine(given)).toBe(verdict);
  });
});

describe("claim A1", () => {
  it("is supported where every crossover lies within its range", () => {
    const judged = claim(overtakenAt(8), "A1");
    expect(judged.verdict).toBe("supported");
    expect(judged.parts.map(({ subject }) => subject)).toEqual([
      "echo: single+epoll",
      "echo: single+uring",
      "file-read: single+uring",
    ]);
    expect(judged.parts[1]?.because).toMatch(
      /^echo: single\+uring overtakes plain blocking code at N\* = 8\.0\d connections \(95 % interval [\d.]+ to [\d.]+\) in throughput; below it plain blocking code is faster\.$/,
    );
  });

  it("is contradicted where async wins only beyond the range", () => {
    const judged = claim(overtakenAt(60), "A1");
    expect(judged.verdict).toBe("contradicted");
  });

  it("is contradicted where async is ahead from a single operation on", () => {
    const judged = claim(
      withBlockingNs(() => 1.5),
      "A1",
    );
    expect(judged.verdict).toBe("contradicted");
    expect(judged.parts[0]?.because).toMatch(/ahead at 1 already/);
  });

  it("is contradicted where blocking is still ahead at high concurrency", () => {
    const judged = claim(
      withBlockingNs(() => 0.5),
      "A1",
    );
    expect(judged.verdict).toBe("contradicted");
    expect(judged.parts[0]?.because).toMatch(/it is still behind at 256/);
  });

  it("is inconclusive where nothing exceeds the minimum effect", () => {
    expect(
      claim(
        withBlockingNs(() => 1.01),
        "A1",
      ).verdict,
    ).toBe("inconclusive");
  });

  it("is inconclusive after a single round", () => {
    const judged = claim(syntheticRun({ rounds: 1 }), "A1");
    expect(judged.verdict).toBe("inconclusive");
    expect(judged.parts[0]?.because).toMatch(/at least two complete rounds/);
  });

  it("names the missing thing where a contender could not run, and does not call the rest enough", () => {
    const run = syntheticRun({ withoutUring: true });
    const judged = claim(run, "A1");
    expect(judged.parts.find(({ subject }) => subject === "file-read: single+uring")).toMatchObject({
      subject: "file-read: single+uring",
      verdict: "not runnable here",
      because: expect.stringMatching(/^file-read: single\+uring was skipped: io_uring is switched off/) as unknown,
    });
    expect(judged.verdict).not.toBe("supported");
  });

  it("is not judged by a run that lacks one of its scenarios, unless the run was made for it", () => {
    const run = overtakenAt(8);
    const only = (name: string): Run => ({
      ...run,
      scenarios: run.scenarios.filter((scenario) => scenario.name === name),
      observations: run.observations.filter(({ scenario }) => scenario === name),
      skipped: run.skipped.filter(({ scenario }) => scenario === name),
    });
    const half = only("file-read");
    expect(analyse(half).claims.map(({ id }) => id)).toEqual([]);
    const judged = claim({ ...half, plan: { ...half.plan, claims: ["A1"] } }, "A1");
    expect(judged.parts.map(({ verdict, because }) => [verdict, because])).toEqual([
      ["inconclusive", "echo was not part of this run."],
      ["inconclusive", "echo was not part of this run."],
      ["supported", expect.stringMatching(/N\* = 8/) as unknown],
    ]);
    expect(judged.verdict).toBe("inconclusive");
  });
});

describe("claim A3", () => {
  it("is mixed where only the hand-written machine pays for depth", () => {
    const judged = claim(syntheticRun(), "A3");
    expect(judged.verdict).toBe("mixed");
    expect(judged.parts.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      ["await-resume at depth 100: native-async", "contradicted"],
      ["await-resume at depth 100: coroutine", "contradicted"],
      ["await-resume at depth 100: hand-written", "supported"],
    ]);
  });

  it("is supported where every level costs every contender a tenth", () => {
    const run = slowed(syntheticRun(), ({ scenario, contender, level }) =>
      scenario === "await-resume" && contender !== "hand-written" ? 1 + 0.1 * (level - 1) : 1,
    );
    expect(claim(run, "A3").verdict).toBe("supported");
  });

  it("is answered beside by tokio where that was measured, and for itself where it was not", () => {
    const run = syntheticRun();
    expect(claim(run, "A3")).not.toHaveProperty("onTokio");
    const [template] = run.observations.filter(({ scenario }) => scenario === "await-resume");
    if (template === undefined) throw new Error("it was observed");
    const rust = [1, 100].flatMap((level) =>
      Array.from({ length: 6 }, (_, round) => ({
        ...{ ...template, scenario: "resume", contender: "tokio", level, round },
        elapsedNs: template.operations * 20 * level * (1 + round / 100),
      })),
    );
    const both = claim(
      {
        ...run,
        scenarios: [...run.scenarios, { ...AWAITING, name: "resume" }],
        contenders: [...run.contenders, { name: "tokio", description: "tokio", kind: "async" }],
        observations: [...run.observations, ...rust],
      },
      "A3",
    );
    expect([both.verdict, both.onTokio]).toEqual(["mixed", "supported"]);
    expect(both.parts.at(-1)).toMatchObject({ contender: "tokio", rounds: 6 });
  });

  it("gives the cost of a level in ns with its share", () => {
    const { nesting } = analyse(syntheticRun());
    const cost = nesting.find(({ scenario, contender }) => scenario === "await-resume" && contender === "hand-written");
    // The fixture takes 6 ns and adds 3.4 a level.
    expect(cost?.perLevelNs.value).toBeCloseTo(3.4, 0);
    expect(cost?.perLevelShare.low).toBeLessThan(3.4 / 6);
    expect(cost?.perLevelShare.high).toBeGreaterThan(3.4 / 6);
  });

  it("says so where a level adds nothing that can be measured", () => {
    const sentences = analyse(syntheticRun()).nesting.map(({ sentence }) => sentence);
    expect(sentences.find((each) => each.startsWith("await-resume: coroutine"))).toMatch(/adds nothing measurable/);
  });
});

describe("figures", () => {
  it.each([
    [0.0312, "0.0312"],
    [3.1249, "3.12"],
    [9.996, "10.0"],
    [31.25, "31.3"],
    [312.5, "313"],
    [3120.4, "3120"],
    [0, "0"],
    [-0.5, "-0.500"],
  ])("writes %d as %s", (value, text) => {
    expect(figure(value)).toBe(text);
  });
});
