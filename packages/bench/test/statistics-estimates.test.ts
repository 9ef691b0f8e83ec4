import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attainableCoverage, medianEstimate } from "../src/statistics/bootstrap.ts";
import { histogramQuantileNs } from "../src/statistics/histogram.ts";
import type { Estimate } from "../src/statistics/interval.ts";
import { median, quantile } from "../src/statistics/quantile.ts";
import { randomFor } from "../src/statistics/random.ts";
import type { ByRound } from "../src/statistics/ratio.ts";
import { logRatios, mapEstimate, meanEstimate } from "../src/statistics/ratio.ts";
import { normalShareBelow, studentReach } from "../src/statistics/student.ts";

const byRound = (...values: number[]): Map<number, number> => new Map(values.entries());

describe("quantiles", () => {
  it("interpolates as R's default does", () => {
    // quantile(c(1, 3, 4, 8, 9, 20), c(.1, .25, .9)) in R
    const values = [20, 1, 9, 3, 8, 4];
    expect(quantile(values, 0.1)).toBeCloseTo(2, 12);
    expect(quantile(values, 0.25)).toBeCloseTo(3.25, 12);
    expect(quantile(values, 0.9)).toBeCloseTo(14.5, 12);
  });

  it("takes the middle of an odd number of values and the mean of the middle two of an even number", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
  });

  it("refuses no values and shares that are none", () => {
    expect(() => median([])).toThrow(/at least one value/);
    expect(() => quantile([1], 1.5)).toThrow(/from 0 to 1/);
  });

  it("never leaves the range of the values and never falls as the share grows", () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, p, q) => {
          const [low, high] = [quantile(all, Math.min(p, q)), quantile(all, Math.max(p, q))];
          expect(low).toBeGreaterThanOrEqual(Math.min(...all));
          expect(high).toBeLessThanOrEqual(Math.max(...all));
          expect(high - low).toBeGreaterThanOrEqual(-1e-6);
        },
      ),
    );
  });
});

describe("reference distributions", () => {
  it("gives the printed points of Student's t, in the table and beyond it", () => {
    expect(studentReach(1)).toBe(12.706);
    expect(studentReach(4)).toBe(2.776);
    expect(studentReach(30)).toBe(2.042);
    expect(studentReach(40)).toBeCloseTo(2.0211, 3);
    expect(studentReach(120)).toBeCloseTo(1.9799, 4);
  });

  it("refuses degrees of freedom that are none", () => {
    expect(() => studentReach(0)).toThrow(/degrees of freedom/);
  });

  it("gives the printed shares of the normal distribution", () => {
    expect(normalShareBelow(0)).toBeCloseTo(0.5, 6);
    expect(normalShareBelow(1.96)).toBeCloseTo(0.9750021, 6);
    expect(normalShareBelow(-3)).toBeCloseTo(0.0013499, 6);
  });
});

describe("the interval of a median", () => {
  const estimate = (values: readonly number[], seed = 1): ReturnType<typeof medianEstimate> =>
    medianEstimate(values, randomFor(seed, "test"));

  it("is the whole range of five values, and of seven, where the plain percentile bootstrap is narrower", () => {
    expect(estimate([3, 1, 2, 5, 4])).toEqual({ value: 3, low: 1, high: 5 });
    expect(estimate([3, 1, 2, 7, 5, 6, 4])).toEqual({ value: 4, low: 1, high: 7 });
  });

  it("leaves out the outliers of many values", () => {
    const { low, high } = estimate([...Array.from({ length: 20 }, (_, index) => 100 + index), 10_000, 0.01]);
    expect(low).toBeGreaterThanOrEqual(100);
    expect(high).toBeLessThanOrEqual(119);
  });

  it("is the same for the same seed", () => {
    const values = [1.1, 1.2, 1.5, 1.9, 2.3, 2.4, 2.9, 3.7, 4.1, 5.5];
    expect(estimate(values, 9)).toEqual(estimate(values, 9));
  });

  it("is a point for a single value", () => {
    expect(estimate([7])).toEqual({ value: 7, low: 7, high: 7 });
  });

  it("contains the median and stays inside the range, whatever the values", () => {
    const values = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, fc.nat(), (all, seed) => {
        const { value, low, high } = estimate(all, seed);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(low).toBeGreaterThanOrEqual(Math.min(...all));
        expect(high).toBeLessThanOrEqual(Math.max(...all));
      }),
      { numRuns: 50 },
    );
  });

  it("cannot cover more than the range does", () => {
    expect([3, 4, 5, 6].map(attainableCoverage)).toEqual([0.75, 0.875, 0.9375, 0.96875]);
  });
});

/** The ratio of two contenders over the rounds that have both. */
function pairedRatio(a: ByRound, b: ByRound): Estimate {
  return mapEstimate(meanEstimate([...logRatios(a, b).values()]), Math.exp);
}

describe("paired ratios", () => {
  it("gives Student's interval of a mean", () => {
    // t.test(c(1, 2, 3, 4, 5)): mean 3, 95 percent confidence interval 1.036757 4.963243
    const { value, low, high } = meanEstimate([1, 2, 3, 4, 5]);
    expect(value).toBe(3);
    expect(low).toBeCloseTo(1.0368, 3);
    expect(high).toBeCloseTo(4.9632, 3);
  });

  it("is exact where every round has the same ratio, however much the rounds differ", () => {
    const ratio = pairedRatio(byRound(2, 20, 200), byRound(1, 10, 100));
    expect(ratio.low).toBeCloseTo(2, 9);
    expect(ratio.value).toBeCloseTo(2, 9);
    expect(ratio.high).toBeCloseTo(2, 9);
  });

  it("uses only the rounds that have both", () => {
    const ratio = pairedRatio(
      new Map([
        [0, 4],
        [1, 6],
        [2, 1000],
      ]),
      new Map([
        [0, 2],
        [1, 3],
        [5, 1],
      ]),
    );
    expect(ratio.value).toBeCloseTo(2, 9);
  });

  it("has no bounds for one round and refuses to speak of none", () => {
    const single = pairedRatio(byRound(3), byRound(1));
    expect(single.value).toBeCloseTo(3, 9);
    expect(single).toMatchObject({ low: 0, high: Number.POSITIVE_INFINITY });
    expect(() => pairedRatio(byRound(3), new Map())).toThrow(/at least one value/);
  });

  it("turns over when the two are swapped", () => {
    const values = fc.array(
      fc.tuple(fc.double({ min: 0.1, max: 1e3, noNaN: true }), fc.double({ min: 0.1, max: 1e3, noNaN: true })),
      { minLength: 2, maxLength: 9 },
    );
    fc.assert(
      fc.property(values, (pairs) => {
        const [a, b] = [byRound(...pairs.map(([x]) => x)), byRound(...pairs.map(([, y]) => y))];
        const [there, back] = [pairedRatio(a, b), pairedRatio(b, a)];
        expect(Math.log(there.low)).toBeCloseTo(-Math.log(back.high), 6);
        expect(Math.log(there.value)).toBeCloseTo(-Math.log(back.value), 6);
      }),
    );
  });
});

describe("histogram percentiles", () => {
  const histogram = { lowestNs: [100, 200, 400], counts: [50, 49, 1], maxNs: 450 };

  it("returns the bucket of the value at the nearest rank", () => {
    expect(histogramQuantileNs(histogram, 0.5)).toBe(100);
    expect(histogramQuantileNs(histogram, 0.51)).toBe(200);
    expect(histogramQuantileNs(histogram, 0.99)).toBe(200);
    expect(histogramQuantileNs(histogram, 1)).toBe(400);
    expect(histogramQuantileNs(histogram, 0)).toBe(100);
  });

  it("has no percentile where nothing was counted", () => {
    expect(histogramQuantileNs({ lowestNs: [], counts: [], maxNs: 0 }, 0.5)).toBeUndefined();
  });
});
