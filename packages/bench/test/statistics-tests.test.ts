// Against published examples, and by simulation.
import { describe, expect, it } from "vitest";
import { betaShareBelow } from "../src/statistics/beta.ts";
import { bootstrapMean, FEWEST_FOR_BOOTSTRAP } from "../src/statistics/bootstrap.ts";
import { holm } from "../src/statistics/holm.ts";
import { mannWhitney } from "../src/statistics/mann-whitney.ts";
import { commonScatter, moderatedEstimate } from "../src/statistics/moderation.ts";
import { outliers } from "../src/statistics/outliers.ts";
import { randomFor } from "../src/statistics/random.ts";
import { meanEstimate } from "../src/statistics/ratio.ts";
import { moreRoundsFor, studentP } from "../src/statistics/test.ts";
import type { Question } from "../src/statistics/test.ts";

/** Student's sleep data: the additional hours by one drug less those by the other, of ten patients. */
const SLEEP = [-1.2, -2.4, -1.3, -1.3, 0, -1, -1.8, -0.8, -4.6, -1.4];

describe("Student's test of a mean", () => {
  it("finds what R's t.test finds in Student's own data", () => {
    expect(studentP(SLEEP, 0)).toBeCloseTo(0.002833, 6);
  });

  it("is certain where nothing scatters, and knows nothing of one value", () => {
    expect(studentP([2, 2, 2], 1)).toBe(0);
    expect(studentP([2, 2, 2], 2)).toBe(1);
    expect(studentP([7], 0)).toBe(1);
  });

  it("agrees with the interval on what differs", () => {
    const random = randomFor(1, "agreement");
    for (let trial = 0; trial < 200; trial += 1) {
      const values = Array.from({ length: 2 + random.below(8) }, () => random.unit());
      const { low, high } = meanEstimate(values);
      expect(studentP(values, 0.3) < 0.05).toBe(low > 0.3 || high < 0.3);
    }
  });

  it("rests on the beta distribution, which is exact where it has a closed form", () => {
    expect(betaShareBelow(0.3, 1, 1)).toBeCloseTo(0.3, 12);
    expect(betaShareBelow(0.3, 2, 1)).toBeCloseTo(0.09, 12);
    expect(betaShareBelow(0.3, 1, 3)).toBeCloseTo(1 - 0.7 ** 3, 12);
    expect([betaShareBelow(0, 2, 3), betaShareBelow(1, 2, 3)]).toEqual([0, 1]);
  });
});

describe("the rank-sum test", () => {
  it("is exact without ties: permeability constants of the placenta (Hollander and Wolfe, 1973)", () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    // wilcox.test(x, y): W = 35, and p = 0.1272 on one side
    expect(mannWhitney(term, early)).toEqual({ u: 35, p: expect.closeTo(0.2544, 4) as unknown, method: "exact" });
    expect(mannWhitney(early, term)).toMatchObject({ u: 15, p: expect.closeTo(0.2544, 4) as unknown });
  });

  it("corrects for ties: ozone in New York in May and in August 1973", () => {
    const may = [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37];
    const august = [
      39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85,
    ];
    // wilcox.test(Ozone ~ Month): W = 127.5, p-value = 0.0001208
    const { u, p, method } = mannWhitney(may, august);
    expect([u, method]).toEqual([127.5, "normal"]);
    expect(p).toBeCloseTo(0.0001208, 6);
  });

  it("finds nothing where all are equal, and the least that there is where three lie beyond three", () => {
    expect(mannWhitney([1, 1, 1], [1, 1]).p).toBe(1);
    expect(mannWhitney([1, 2, 3], [4, 5, 6]).p).toBeCloseTo(2 / 20, 12);
    expect(() => mannWhitney([], [1])).toThrow(/at least one value/);
  });
});

describe("Holm's correction", () => {
  it("gives the adjusted values of the textbook example, in the order of the given ones", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, index) => expect(adjusted[index]).toBeCloseTo(p, 12));
  });

  it("never falls below the value itself, nor rises beyond 1", () => {
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
    expect(holm([0.04])).toEqual([0.04]);
    expect(holm([])).toEqual([]);
  });

  it("keeps the chance of any wrong answer in a ledger of forty at five percent", () => {
    const random = randomFor(11, "ledgers");
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
    let wrong = 0;
    const ledgers = 500;
    for (let ledger = 0; ledger < ledgers; ledger += 1) {
      const pValues = Array.from({ length: 40 }, () =>
        studentP([normal(), normal(), normal(), normal(), normal(), normal()], 0),
      );
      if (holm(pValues).some((p) => p <= 0.05)) wrong += 1;
    }
    expect(wrong / ledgers).toBeGreaterThan(0.02);
    expect(wrong / ledgers).toBeLessThan(0.08);
  });
});

describe("outliers", () => {
  it("are the two of Iglewicz and Hoaglin's example", () => {
    expect(outliers([2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3])).toEqual([8, 9]);
  });

  it("are none among few values, nor where most are equal", () => {
    expect(outliers([1, 1, 1, 100])).toEqual([]);
    expect(outliers([1, 1, 1, 1, 100])).toEqual([]);
  });
});

describe("how many more rounds would settle a question", () => {
  const question = (values: readonly number[], allowance = 0): Question => ({ values, mean: 0, allowance });

  it("is enough four times out of five, when what was seen is true", () => {
    const random = randomFor(12, "power");
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
    // Values whose mean and scatter are the truth: 0.5 and 1.
    const seen = [0.5 - 1.118, 0.5 + 1.118, 0.5 - 0.866, 0.5 + 0.866, 0.5 - 1, 0.5 + 1];
    const deviation = Math.sqrt(seen.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / (seen.length - 1));
    const more = moreRoundsFor(question(seen)) ?? 0;
    let found = 0;
    for (let trial = 0; trial < 2000; trial += 1) {
      const values = Array.from({ length: seen.length + more }, () => 0.5 + deviation * normal());
      if (meanEstimate(values).low > 0) found += 1;
    }
    expect(found / 2000).toBeGreaterThan(0.77);
    expect(found / 2000).toBeLessThan(0.87);
  });

  it("grows with the allowance, and is nothing that could be named for no difference and for one value", () => {
    const few = moreRoundsFor(question([0.5, 1.5, 1, 0.2])) ?? Infinity;
    expect(moreRoundsFor(question([0.5, 1.5, 1, 0.2], 0.5))).toBeGreaterThan(few);
    expect(moreRoundsFor(question([1, -1]))).toBeUndefined();
    expect(moreRoundsFor(question([1]))).toBeUndefined();
  });
});

describe("the scatter that questions have in common", () => {
  const random = randomFor(13, "scatter");
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
  const chiSquare = (freedom: number): number =>
    Array.from({ length: freedom }, () => normal() ** 2).reduce((sum, square) => sum + square, 0);

  it("is found again where variances were drawn from it", () => {
    // Each variance is 4 degrees of freedom times 0.01, over a chi-square of 4.
    const questions = Array.from({ length: 3000 }, () => {
      const deviation = Math.sqrt((4 * 0.01) / chiSquare(4));
      return [0, 0, 0, 0].map(() => 5 + deviation * normal());
    });
    const found = commonScatter(questions);
    expect(found?.variance).toBeCloseTo(0.01, 2.5);
    expect(found?.freedom).toBeGreaterThan(3.2);
    expect(found?.freedom).toBeLessThan(5);
  });

  it("is worth as much as may be lent where all scatter alike, and is not claimed of few questions or of exact ones", () => {
    const alike = Array.from({ length: 200 }, () => [normal(), normal(), normal(), normal()]);
    expect(commonScatter(alike)?.freedom).toBe(8);
    expect(commonScatter(alike.slice(0, 7))).toBeUndefined();
    expect(commonScatter(alike.map(() => [1, 1, 1]))).toBeUndefined();
  });

  it("narrows the interval of two values and lends nothing to exact ones", () => {
    const common = { variance: 0.01, freedom: 6 };
    const { low, high } = moderatedEstimate([1, 1.1], common);
    const plain = meanEstimate([1, 1.1]);
    expect(high - low).toBeLessThan((plain.high - plain.low) / 3);
    expect(moderatedEstimate([2, 2, 2], common)).toEqual({ value: 2, low: 2, high: 2 });
    expect(moderatedEstimate([2], common)).toMatchObject({ low: -Infinity, high: Infinity });
    expect(studentP([1, 1.1], 0, common)).toBeLessThan(studentP([1, 1.1], 0));
  });

  it("changes nothing where nothing is lent", () => {
    const values = [1, 1.4, 0.9, 1.3];
    const [borrowed, plain] = [moderatedEstimate(values, undefined), meanEstimate(values)];
    expect(borrowed.low).toBeCloseTo(plain.low, 3);
    expect(borrowed.high).toBeCloseTo(plain.high, 3);
  });
});

describe("the bootstrap of a mean", () => {
  it("is the same for the same seed, and about Student's where values are normal", () => {
    const random = randomFor(3, "values");
    const values = Array.from({ length: 30 }, () => random.unit() + random.unit() + random.unit());
    const [first, second] = [0, 1].map(() => bootstrapMean(values, randomFor(9, "test")));
    expect(first).toEqual(second);
    const student = meanEstimate(values);
    expect(Math.abs((first?.low ?? 0) - student.low)).toBeLessThan(0.2 * (student.high - student.low));
    expect(Math.abs((first?.high ?? 0) - student.high)).toBeLessThan(0.2 * (student.high - student.low));
  });

  it("promises nothing for few values, and is a point where all are equal", () => {
    const random = randomFor(3, "few");
    const few = Array.from({ length: FEWEST_FOR_BOOTSTRAP - 1 }, () => random.unit());
    expect(bootstrapMean(few, random)).toMatchObject({ low: -Infinity, high: Infinity });
    const equal = Array.from({ length: 20 }, () => 4);
    expect(bootstrapMean(equal, random)).toEqual({ value: 4, low: 4, high: 4 });
  });
});
