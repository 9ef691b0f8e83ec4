import { describe, expect, it } from "vitest";
import type { Claim } from "../src/claims/claim.ts";
import { Evidence } from "../src/claims/evidence.ts";
import { judgeClaims, Samples } from "../src/claims/index.ts";
import { atLeast, atMost, countIs, countSatisfies } from "../src/claims/predicates.ts";
import type { Part } from "../src/claims/verdict.ts";
import { STANDARD } from "../src/record/metric.ts";
import type { Observation, Run } from "../src/record/run.ts";
import { syntheticRun } from "./fixtures/synthetic-run.ts";

const SCENARIO = "pretended";
const LOST = { id: "lost", label: "share lost", unit: "share", better: "lower" } as const;

/** A run of one scenario: times per operation by contender and level, one a round; a number instead of a list stays the same for ever. */
function runOf(
  times: Readonly<Record<string, Readonly<Record<number, readonly number[]>>>>,
  counters?: (contender: string, round: number) => Record<string, number>,
): Run {
  const observations = Object.entries(times).flatMap(([contender, atLevels]) =>
    Object.entries(atLevels).flatMap(([level, perRound]) =>
      perRound.map((time, round): Observation => ({
        ...{ scenario: SCENARIO, contender, level: Number(level), round, sequence: round, operations: 10 },
        ...{ elapsedNs: 10 * time, cpuNs: 1, cpuUserNs: 0, cpuSystemNs: 0 },
        ...(counters === undefined ? {} : { counters: counters(contender, round) }),
      })),
    ),
  );
  const levels = [...new Set(observations.map(({ level }) => level))];
  return {
    ...syntheticRun({ rounds: 1 }),
    scenarios: [
      { name: SCENARIO, isolates: "", factor: "tasks", levels, operation: "call", metrics: [STANDARD.time, LOST] },
    ],
    contenders: Object.keys(times).map((name) => ({
      ...{ name, description: name, kind: "async" as const },
      ...(name.endsWith(" (twin)") ? { twinOf: name.slice(0, -7) } : {}),
    })),
    observations,
    skipped: [],
  };
}

const evidenceOf = (run: Run, minimumEffect = 0.05): Evidence => new Evidence(run, new Samples(run), minimumEffect);
const PAIR = { scenario: SCENARIO, contender: "a", baseline: "b", level: 1 };
const B = [100, 101, 99, 100, 102, 98];
const times = (factor: number): number[] => B.map((value, index) => value * factor * (1 + (index % 2) / 100));

/** How many more rounds the first part of a claim would take. */
function roundsFor(judge: Claim["judge"], run: Run): number | undefined {
  const claim = { id: "X1", source: "", statement: "", predicate: "", minimumEffect: 0.05, needs: [], judge };
  return judgeClaims(run, new Samples(run), [claim])[0]?.parts[0]?.moreRounds;
}

describe("a ratio", () => {
  const verdict = (factor: number, judge: (evidence: Evidence) => Part): Part["verdict"] =>
    judge(evidenceOf(runOf({ a: { 1: times(factor) }, b: { 1: B } }))).verdict;
  const isMore = (evidence: Evidence): Part => atLeast(evidence.ratio(PAIR), 1);
  const isLess = (evidence: Evidence): Part => atMost(evidence.ratio(PAIR), 1);

  it.each([
    [1.2, "supported", "contradicted"],
    [0.8, "contradicted", "supported"],
    [1.02, "contradicted", "contradicted"],
  ] as const)("of %f, asked for more and for less at all, is %s and %s", (factor, more, less) => {
    expect([verdict(factor, isMore), verdict(factor, isLess)]).toEqual([more, less]);
  });

  it("has to keep its whole interval beyond a bound that is asked for", () => {
    expect(verdict(2.1, (evidence) => atLeast(evidence.ratio(PAIR), 2))).toBe("supported");
    expect(verdict(2.0, (evidence) => atLeast(evidence.ratio(PAIR), 2))).toBe("inconclusive");
    expect(verdict(1.9, (evidence) => atLeast(evidence.ratio(PAIR), 2))).toBe("contradicted");
  });

  it("is shown with what it was held against: the bound that the minimum effect makes of it, and the noise floor", () => {
    const noisy = runOf({ a: { 1: times(1.2) }, b: { 1: B }, "b (twin)": { 1: B.map((value) => value * 1.3) } });
    expect(isMore(evidenceOf(noisy)).asked).toEqual({ low: 1.05, floor: expect.closeTo(0.3, 5) });
    expect(isLess(evidenceOf(noisy)).asked).toEqual({ high: 1 / 1.05, floor: expect.closeTo(0.3, 5) });
  });

  it("counts for nothing within what two runs of the same program differ by", () => {
    const noisy = runOf({ a: { 1: times(1.2) }, b: { 1: B }, "b (twin)": { 1: B.map((value) => value * 1.3) } });
    const part = isMore(evidenceOf(noisy));
    expect(part.verdict).toBe("inconclusive");
    expect(part.because).toMatch(/two runs of the same program differ by up to 30\.0 %/);
  });

  it("says what it found, from where, and in how many rounds", () => {
    const part = isMore(evidenceOf(runOf({ a: { 1: times(1.2) }, b: { 1: B } })));
    expect(part).toMatchObject({
      subject: "pretended at 1 task: a",
      rounds: 6,
      effect: { unit: "times", estimate: { value: expect.closeTo(1.206, 2) as unknown } },
      samples: [
        { scenario: SCENARIO, contender: "a", level: 1 },
        { scenario: SCENARIO, contender: "b", level: 1 },
      ],
    });
    expect(part.because).toMatch(/a has 1\.21 times the time per call of b \(95 % interval 1\.20 to 1\.21, 6 rounds\)/);
  });

  it("of one round decides nothing", () => {
    const part = isMore(evidenceOf(runOf({ a: { 1: [200] }, b: { 1: [100] } })));
    expect(part).toMatchObject({ verdict: "inconclusive", p: 1 });
    expect(part.because).toMatch(/one round, so no interval/);
  });

  it("that scatters says how many more rounds would settle it, and less scatter asks for fewer", () => {
    const scattered = (spread: number): number[] =>
      B.map((value, index) => value * (1.2 + spread * (index % 2 ? 1 : -1)));
    const more = (spread: number): number | undefined =>
      roundsFor((evidence) => [isMore(evidence)], runOf({ a: { 1: scattered(spread) }, b: { 1: B } }));
    expect(more(0.2)).toBeGreaterThan(1);
    expect(more(0.3)).toBeGreaterThan(more(0.2) ?? Infinity);
    expect(more(0.01)).toBeUndefined();
  });

  it("that has to stand among many questions asks for more rounds than one that stands alone", () => {
    const run = runOf({ a: { 1: B.map((value, index) => value * (1.2 + 0.2 * (index % 2 ? 1 : -1))) }, b: { 1: B } });
    const asked = (count: number): number | undefined =>
      roundsFor((evidence) => Array.from({ length: count }, () => isMore(evidence)), run);
    expect(asked(40)).toBeGreaterThan(asked(1) ?? Infinity);
  });

  it("from fifteen rounds on has to hold in the bootstrap's interval too", () => {
    const many = Array.from({ length: 20 }, (_, index) => 100 + index);
    const effect = evidenceOf(runOf({ a: { 1: many.map((value) => 2 * value) }, b: { 1: many } })).ratio(PAIR);
    if (effect.kind !== "effect") throw new Error("it was measured");
    expect(atLeast(effect, 1.5).verdict).toBe("supported");
    expect(atLeast({ ...effect, resampled: { low: 1.4, high: 2.1 } }, 1.5).verdict).toBe("inconclusive");
  });
});

describe("other effects", () => {
  it("are growth from level to level", () => {
    const run = runOf({ a: { 1: B, 100: times(3) } });
    const growth = evidenceOf(run).growth({ scenario: SCENARIO, contender: "a", from: 1, to: 100 });
    expect(atLeast(growth, 2).verdict).toBe("supported");
    expect(atLeast(growth, 2).because).toMatch(
      /at 100 tasks: a has 3\.01 times the time per call that it has at 1 task/,
    );
  });

  it("are values in their own unit, compared without a noise floor", () => {
    const evidence = evidenceOf(runOf({ a: { 1: B }, "a (twin)": { 1: B.map((value) => 2 * value) } }));
    const value = evidence.value({ scenario: SCENARIO, contender: "a", level: 1 });
    expect(atMost(value, 110).verdict).toBe("supported");
    expect(atMost(value, 110).because).toMatch(/a time per call of 100 ns \(95 % interval 98\.5 ns to 101 ns/);
  });

  it("are differences of shares, which may be zero", () => {
    const run = runOf({ a: { 1: B }, b: { 1: B } }, (contender, round) => ({
      lost: contender === "a" ? 0.5 + round / 100 : 0,
    }));
    const difference = evidenceOf(run).difference({ ...PAIR, metric: "lost" });
    expect(atLeast(difference, 0.4).verdict).toBe("supported");
    expect(atLeast(difference, 0.4).because).toMatch(/differs from b by 52\.5 % in share lost/);
  });

  it("are exact counts", () => {
    const run = runOf({ a: { 1: B } }, (_, round) => ({ polls: round === 3 ? 2 : 1 }));
    const count = evidenceOf(run).count({ scenario: SCENARIO, contender: "a", level: 1, name: "polls" });
    expect(countIs(count, 1)).toMatchObject({
      verdict: "contradicted",
      because: "pretended at 1 task: a counted 1 and 2 polls; 1 was asked, and held in 5 of 6 rounds.",
    });
    expect(countSatisfies(count, "at most 2", (value) => value <= 2).verdict).toBe("supported");
    expect(countIs(count, 1)).not.toHaveProperty("p");
  });

  it("that were not measured say why", () => {
    const run = { ...runOf({ b: { 1: B } }), skipped: [{ scenario: SCENARIO, contender: "a", reason: "no cargo" }] };
    const parts = [
      atLeast(evidenceOf(run).ratio(PAIR), 1),
      atMost(evidenceOf(run).value({ ...PAIR, scenario: "elsewhere" }), 1),
      countIs(evidenceOf(run).count({ ...PAIR, name: "polls" }), 1),
      atLeast(evidenceOf(run).ratio({ ...PAIR, metric: "none" }), 1),
    ];
    expect(parts.map(({ verdict }) => verdict)).toEqual([
      "not runnable here",
      "inconclusive",
      "not runnable here",
      "inconclusive",
    ]);
    expect(parts.map(({ because }) => because)).toEqual([
      "pretended: a was skipped: no cargo.",
      "elsewhere was not part of this run.",
      "pretended: a was skipped: no cargo.",
      "pretended has no metric none.",
    ]);
  });

  it("that the run did not get to may be had by another run", () => {
    const run = runOf({ b: { 1: B } });
    const part = atLeast(evidenceOf({ ...run, plan: { ...run.plan, stoppedEarly: "time" } }).ratio(PAIR), 1);
    expect(part).toMatchObject({
      verdict: "inconclusive",
      because: "pretended: a was not observed in this run, whose time was up.",
    });
  });

  it("name a level that is a category", () => {
    const run = runOf({ a: { 1: B } });
    const named = { ...run, scenarios: run.scenarios.map((each) => ({ ...each, levelNames: ["in order"] })) };
    expect(evidenceOf(named).value({ scenario: SCENARIO, contender: "a", level: 1 }).subject).toBe(
      "pretended (in order): a",
    );
  });
});

describe("a ledger", () => {
  const claim = (id: string, judge: Claim["judge"]): Claim => ({
    ...{ id, source: "", statement: "", predicate: "", minimumEffect: 0, needs: [], judge },
  });
  const part = (contender: string, verdict: Part["verdict"], p?: number): Part => ({
    ...{ subject: contender, contender, verdict, because: "It was.", rounds: 6, samples: [] },
    ...(p === undefined ? {} : { p }),
  });
  const judged = (...claims: Claim[]): ReturnType<typeof judgeClaims> => {
    const run = syntheticRun();
    return judgeClaims(run, new Samples(run), claims);
  };

  it("takes back what chance may have decided among all its questions", () => {
    const found = judged(
      claim("X1", () => [part("a", "supported", 0.02)]),
      claim("X2", () => [part("a", "contradicted", 0.001)]),
      claim("X3", () => [part("a", "inconclusive", 0.8), part("b", "supported")]),
    );
    expect(found.map(({ verdict }) => verdict)).toEqual(["supported", "contradicted", "inconclusive"]);
    const more = judged(
      claim("X1", () => [part("a", "supported", 0.02)]),
      claim("X2", () => [part("a", "contradicted", 0.001)]),
      claim("X3", () => [part("a", "supported", 0.03), part("b", "inconclusive", 0.9)]),
    );
    expect(more.map(({ verdict }) => verdict)).toEqual(["inconclusive", "contradicted", "inconclusive"]);
    expect(more[0]?.parts[0]).toMatchObject({ adjustedP: expect.closeTo(0.06) as unknown });
    expect(more[0]?.parts[0]?.because).toMatch(/Among 4 questions .* not enough \(Holm\)/);
  });

  it("sets the answer on tokio beside the claim's own", () => {
    const [found] = judged(claim("X1", () => [part("a", "supported"), part("tokio", "contradicted")]));
    expect(found).toMatchObject({ verdict: "supported", onTokio: "contradicted", command: "pnpm bench claims X1" });
    const [only] = judged(claim("X2", () => [part("tokio", "contradicted")]));
    expect(only).toMatchObject({ verdict: "contradicted" });
    expect(only).not.toHaveProperty("onTokio");
  });
});
