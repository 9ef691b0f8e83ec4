import { describe, expect, it } from "vitest";
import type { AdvantageAtLevel, Crossover } from "../src/statistics/crossover.ts";
import { estimateCrossover, standing, standings } from "../src/statistics/crossover.ts";
import { meanEstimate } from "../src/statistics/index.ts";

const THRESHOLD = Math.log(1.05);

/** Ratios by level; each is scattered over five rounds by a few thousandths unless `scatter` says otherwise. */
function curve(ratios: Readonly<Record<number, number>>, scatter = 0.002): AdvantageAtLevel[] {
  return Object.entries(ratios).map(([level, ratio]) => ({
    level: Number(level),
    advantage: new Map([-2, -1, 0, 1, 2].map((step, round) => [round, Math.log(ratio) + step * scatter])),
    threshold: THRESHOLD,
  }));
}

/** The result, which must be a crossover. */
function crossing(levels: readonly AdvantageAtLevel[]): Crossover & { readonly kind: "crosses" } {
  const result = estimateCrossover(levels);
  if (result.kind !== "crosses") throw new Error(`expected a crossover, got ${JSON.stringify(result)}`);
  return result;
}

describe("a crossover", () => {
  it("lies where the logarithms say: half behind at 1 and twice ahead at 16 meet at 4", () => {
    const result = crossing(curve({ 1: 0.5, 16: 2 }));
    expect(result.direction).toBe("overtakes");
    expect(result.at).toBeCloseTo(4, 6);
  });

  it("has Fieller's interval", () => {
    // By hand: the advantage rises by 2 ln 2 over ln 16, with the same scatter at both ends, so the interval of the advantage at the
    // zero is t * s / sqrt(5) = 2.776 * 0.0316228 / 2.2361 = 0.039258 either way: a share of 0.028319 of the way, a factor of 1.08168.
    const result = crossing(curve({ 1: 0.5, 16: 2 }, 0.02));
    expect(result.low).toBeCloseTo(4 / 1.08168, 4);
    expect(result.high).toBeCloseTo(4 * 1.08168, 4);
  });

  it("falls behind where the lead is lost as the load grows", () => {
    const result = crossing(curve({ 1: 2, 4: 0.5 }));
    expect(result.direction).toBe("falls-behind");
    expect(result.at).toBeCloseTo(2, 6);
  });

  it("looks through levels at which nothing is decided", () => {
    const result = crossing(curve({ 1: 0.7, 2: 0.99, 4: 1.02, 8: 1.4 }));
    expect(result.direction).toBe("overtakes");
    expect(result.at).toBeGreaterThan(2);
    expect(result.at).toBeLessThan(4);
  });

  it("takes the middle zero where the curve wavers between the decided levels, and an interval that spans it all", () => {
    const result = crossing(curve({ 1: 0.7, 2: 1.01, 4: 0.99, 8: 1.4 }));
    expect(result.at).toBeCloseTo(2 * Math.SQRT2, 1);
    expect(result.low).toBeLessThan(2);
    expect(result.high).toBeGreaterThan(4);
  });

  it("uses the same rounds at every level it interpolates between", () => {
    const [first, second] = curve({ 1: 0.5, 16: 2 });
    if (first === undefined || second === undefined) throw new Error("two levels were made");
    const interrupted = { ...first, advantage: new Map([...first.advantage, [5, Math.log(0.45)]]) };
    expect(crossing([interrupted, second]).at).toBeCloseTo(4, 6);
  });
});

describe("no crossover", () => {
  it("is named where one is ahead, or behind, at every level", () => {
    expect(estimateCrossover(curve({ 1: 1.2, 2: 1.5, 4: 3 }))).toEqual({ kind: "ahead-everywhere" });
    expect(estimateCrossover(curve({ 1: 0.8, 2: 0.5 }))).toEqual({ kind: "behind-everywhere" });
  });

  it("is named where the difference never exceeds the minimum effect, however sure it is", () => {
    expect(estimateCrossover(curve({ 1: 0.97, 16: 1.03 }, 0.0001))).toEqual({ kind: "undecided", why: "within-noise" });
  });

  it("is named where the noise floor is higher than the difference", () => {
    const noisy = curve({ 1: 0.7, 16: 1.3 }).map((level) => ({ ...level, threshold: Math.log(1.5) }));
    expect(estimateCrossover(noisy)).toEqual({ kind: "undecided", why: "within-noise" });
  });

  it("is named where the scatter is larger than the difference", () => {
    expect(estimateCrossover(curve({ 1: 0.7, 16: 1.3 }, 0.5))).toEqual({ kind: "undecided", why: "within-noise" });
  });

  it("is named where decided levels that agree have an undecided one between them", () => {
    expect(estimateCrossover(curve({ 1: 0.7, 2: 1.01, 4: 0.8 }))).toEqual({ kind: "undecided", why: "within-noise" });
  });

  it("is named where the lead changes twice", () => {
    expect(estimateCrossover(curve({ 1: 0.5, 2: 2, 4: 0.5 }))).toEqual({ kind: "undecided", why: "several-crossings" });
  });

  it("is named for a single round, whose scatter is unknown, and for none", () => {
    const single = curve({ 1: 0.5, 16: 2 }).map((level) => ({
      ...level,
      advantage: new Map([[0, level.advantage.get(2) ?? 0]]),
    }));
    expect(estimateCrossover(single)).toEqual({ kind: "undecided", why: "too-few-rounds" });
    expect(estimateCrossover([])).toEqual({ kind: "undecided", why: "too-few-rounds" });
  });
});

describe("the levels of a comparison", () => {
  // Five values, a standard error of 0.01 and a mean of 0.03 beyond the threshold: t = 3 with four degrees of freedom, p = 0.040.
  const barely: AdvantageAtLevel = curve({ 8: 1.05 * Math.exp(0.03) }, Math.sqrt(2) / 100)[0] ?? {
    level: 8,
    advantage: new Map(),
    threshold: 0,
  };
  const even = curve({ 1: 1, 2: 1, 4: 1 });

  it("are corrected for their number: what counts alone does not among four", () => {
    expect(standing(meanEstimate([...barely.advantage.values()]), THRESHOLD)).toBe("ahead");
    expect(standings([barely])).toEqual(["ahead"]);
    expect(standings([...even, barely])).toEqual(["unclear", "unclear", "unclear", "unclear"]);
    expect(estimateCrossover([...even, barely])).toEqual({ kind: "undecided", why: "within-noise" });
  });

  it("count where they are clear, whatever the others are", () => {
    expect(standings([...even, ...curve({ 8: 2, 16: 0.5 })])).toEqual([
      "unclear",
      "unclear",
      "unclear",
      "ahead",
      "behind",
    ]);
  });
});

describe("one side", () => {
  it("is named where decided levels that agree are neighbours, with the levels that they span", () => {
    expect(estimateCrossover(curve({ 1: 0.7, 2: 0.8, 4: 1.01 }))).toEqual({
      kind: "one-sided",
      side: "behind",
      lowest: 1,
      highest: 2,
    });
    expect(estimateCrossover(curve({ 1: 1.01, 2: 0.99, 4: 1.5, 8: 2 }))).toEqual({
      kind: "one-sided",
      side: "ahead",
      lowest: 4,
      highest: 8,
    });
  });
});
