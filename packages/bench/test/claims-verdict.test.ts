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

/** What a style costs at depth 1, and by how much that is multiplied at depth 1000; a call there in times of plain calls. */
interface Depths {
  readonly resume?: number;
  readonly memory?: number;
  readonly call?: number;
}

describe("claim A3", () => {
  const STYLES = ["callbacks", "native-async", "coroutine", "hand-written", "down-levelled"];
  const FLAT: Depths = { resume: 1.1, memory: 900, call: 20 };
  const [RESUME, HELD, CALL] = ["resume", "suspended-depth", "call-depth"];

  /** A run of six rounds in which those styles cost that. */
  function deepRun(styles: Readonly<Record<string, Depths>>): Run {
    const run = syntheticRun();
    const [template] = run.observations;
    if (template === undefined) throw new Error("it was observed");
    const observe = (scenario: string, contender: string, level: number, value: number): Observation[] =>
      Array.from({ length: 6 }, (_, round) => {
        const noisy = value * (1 + round / 1000);
        const about = { ...template, scenario, contender, level, round, operations: 100, elapsedNs: 100 * noisy };
        return scenario === HELD ? { ...about, heldBytes: 100 * noisy } : about;
      });
    const observations = Object.entries(styles).flatMap(([name, { resume, memory, call }]) => [
      ...(resume === undefined ? [] : [...observe(RESUME, name, 1, 40), ...observe(RESUME, name, 1000, 40 * resume)]),
      ...(memory === undefined ? [] : [...observe(HELD, name, 1, 300), ...observe(HELD, name, 1000, 300 * memory)]),
      ...(call === undefined ? [] : observe(CALL, name, 1000, 3000 * call)),
    ]);
    const scenario = { ...AWAITING, levels: [1, 1000] };
    return {
      ...run,
      plan: { ...run.plan, claims: ["A3"] },
      scenarios: [RESUME, HELD, CALL].map((name) => ({
        ...scenario,
        name,
        metrics: [name === HELD ? STANDARD.bytes : STANDARD.time],
      })),
      contenders: [...Object.keys(styles), "direct-call"].flatMap((name) => [
        { name, description: name, kind: "async" },
        { name: `${name} (twin)`, description: name, kind: "async", twinOf: name },
      ]),
      observations: [
        ...[...observations, ...observe(CALL, "direct-call", 1000, 3000)],
        ...observations.map((each) => ({ ...each, contender: `${each.contender} (twin)` })),
        ...observe(CALL, "direct-call (twin)", 1000, 3000),
      ],
      skipped: [],
      failures: [],
    };
  }

  const every = (depths: Depths): Record<string, Depths> => Object.fromEntries(STYLES.map((name) => [name, depths]));

  it("is supported where every level costs every style its share, in time and in memory", () => {
    const judged = claim(deepRun(every({ resume: 100, memory: 100, call: 3 })), "A3");
    expect(judged.verdict).toBe("supported");
    expect(judged.parts.map(({ subject }) => subject).filter((subject) => subject.endsWith("coroutine"))).toEqual([
      "resume at depth 1000: coroutine",
      "suspended-depth at depth 1000: coroutine",
      "call-depth at depth 1000: coroutine",
    ]);
  });

  it("is contradicted where no level costs anybody anything", () => {
    expect(claim(deepRun(every({ resume: 1.1, memory: 2, call: 0.5 })), "A3").verdict).toBe("contradicted");
  });

  it("is mixed where only the hand-written machine pays for depth when it goes on", () => {
    const judged = claim(deepRun({ ...every(FLAT), "hand-written": { ...FLAT, resume: 400 } }), "A3");
    expect(judged.verdict).toBe("mixed");
    const resumed = judged.parts.filter(({ subject }) => subject.startsWith(RESUME));
    expect(resumed.filter(({ contender }) => contender !== "tokio").map(({ verdict }) => verdict)).toEqual(
      STYLES.map((name) => (name === "hand-written" ? "supported" : "contradicted")),
    );
  });

  it("is inconclusive where a style is just at the bound", () => {
    const atBound = { resume: 50.95, memory: 100, call: 3 };
    expect(claim(deepRun({ ...every({ ...atBound, resume: 100 }), coroutine: atBound }), "A3").verdict).toBe(
      "inconclusive",
    );
  });

  it("cannot be judged where nothing of it could be measured", () => {
    const run = deepRun(every(FLAT));
    const skipped = [RESUME, HELD, CALL].flatMap((scenario) =>
      ["direct-call", ...STYLES].map((contender) => ({ scenario, contender, reason: "no memory" })),
    );
    expect(claim({ ...run, observations: [], skipped }, "A3").verdict).toBe("not runnable here");
  });

  it("is answered beside by tokio where that was measured, and for itself where it was not", () => {
    expect(claim(deepRun(every(FLAT)), "A3").onTokio).toBe("inconclusive");
    const both = claim(deepRun({ ...every(FLAT), tokio: { resume: 200, memory: 100, call: 4 } }), "A3");
    expect([both.verdict, both.onTokio]).toEqual(["mixed", "supported"]);
    expect(both.parts.at(-1)).toMatchObject({ contender: "tokio", rounds: 6 });
  });
});

describe("claim A7", () => {
  const STYLES = ["native-async", "coroutine", "coroutine (logical stack)", "hand-written", "effect"];

  /** A run of three rounds in which stacks tell of such shares of the callers, after a wait. */
  function stacksTelling(shares: Readonly<Record<string, number>>, atOnce = 1): Run {
    const run = syntheticRun();
    const [template] = run.observations;
    if (template === undefined) throw new Error("it was observed");
    const observe = (contender: string, level: number, callersShare: number): Observation[] =>
      [0, 1, 2].map((round) => ({
        ...{ ...template, scenario: "stack-traces", contender, level, round },
        counters: { callersShare },
      }));
    return {
      ...run,
      scenarios: [{ ...AWAITING, name: "stack-traces", levels: [1, 2] }],
      contenders: ["direct-call", ...Object.keys(shares)].map((name) => ({ name, description: name, kind: "async" })),
      observations: [
        ...observe("direct-call", 1, atOnce),
        ...Object.entries(shares).flatMap(([name, share]) => observe(name, 2, share)),
      ],
      skipped: [],
      failures: [],
    };
  }
  const all = (share: number): Record<string, number> => Object.fromEntries(STYLES.map((name) => [name, share]));

  it("is supported where plain calls tell of all callers and no other style does", () => {
    expect(claim(stacksTelling(all(0.1)), "A7").verdict).toBe("supported");
  });

  it("is mixed where some styles tell of all, such as coroutines with a logical stack", () => {
    const judged = claim(stacksTelling({ ...all(0.1), "coroutine (logical stack)": 1 }), "A7");
    expect(judged.verdict).toBe("mixed");
    expect(judged.parts.filter(({ verdict }) => verdict === "contradicted").map(({ contender }) => contender)).toEqual([
      "coroutine (logical stack)",
    ]);
  });

  it("is contradicted where every style tells of all, and plain calls do not", () => {
    expect(claim(stacksTelling(all(1), 0.9), "A7").verdict).toBe("contradicted");
  });

  it("is not decided where a style was not measured, and is answered for tokio beside", () => {
    const { effect: _, ...others } = all(0.1);
    const judged = claim(stacksTelling({ ...others, tokio: 1 }), "A7");
    expect([judged.verdict, judged.onTokio]).toEqual(["inconclusive", "contradicted"]);
  });
});

describe("a quick run", () => {
  const asked = ["A1"];
  const run = overtakenAt(10);
  const withoutFiles: Run = {
    ...run,
    observations: run.observations.filter(({ scenario }) => scenario !== "file-read"),
    plan: { ...run.plan, mode: "quick", claims: asked },
  };

  it("says that it asked only part of a claim, and answers that part", () => {
    const { verdict, inPart, parts } = claim(withoutFiles, "A1");
    expect([verdict, inPart]).toEqual(["supported", true]);
    expect(parts.map(({ subject }) => subject)).toEqual(["echo: single+epoll", "echo: single+uring"]);
    expect(claim({ ...run, plan: { ...run.plan, claims: asked } }, "A1").inPart).toBeUndefined();
  });

  it("owes an answer to what it did not get to, as any other run does to what it lacks", () => {
    const { plan } = withoutFiles;
    for (const other of [
      { ...plan, completedRounds: 0 },
      { ...plan, shard: { index: 1, count: 2 } },
      { ...plan, mode: "default" as const },
    ]) {
      expect(claim({ ...withoutFiles, plan: other }, "A1").verdict).toBe("inconclusive");
    }
  });
});

describe("nesting", () => {
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
