import { describe, expect, it } from "vitest";
import { chanceBeyond, contrastInterval, pairedContrast, unpairedContrast } from "../src/statistics/index.ts";

describe("two samples that were not taken together", () => {
  const first = [4, 5, 6, 7, 8];
  const second = [11, 13, 19, 21];

  it("differ as Welch's t says", () => {
    const contrast = unpairedContrast(first, second);
    expect(contrast.value).toBeCloseTo(10, 10);
    expect(contrast.standardError).toBeCloseTo(Math.sqrt(2.5 / 5 + 68 / 3 / 4), 10);
    const [own, other] = [2.5 / 5, 68 / 3 / 4];
    expect(contrast.freedom).toBeCloseTo((own + other) ** 2 / (own ** 2 / 4 + other ** 2 / 3), 10);
    expect(contrast.freedom).toBeGreaterThan(3);
    expect(contrast.freedom).toBeLessThan(7);
  });

  it("are as unlikely as their interval is far from the threshold", () => {
    const contrast = unpairedContrast(first, second);
    const { low, high } = contrastInterval(contrast);
    expect(chanceBeyond(contrast, low)).toBeCloseTo(0.05, 5);
    expect((low + high) / 2).toBeCloseTo(10, 10);
    expect(chanceBeyond(contrast, 10)).toBe(1);
    expect(chanceBeyond(contrast, 0)).toBeLessThan(0.05);
  });

  it("say nothing when one of them is a single value", () => {
    const contrast = unpairedContrast([1], second);
    expect(contrastInterval(contrast)).toEqual({ value: 15, low: -Infinity, high: Infinity });
    expect(chanceBeyond(contrast, 0)).toBe(1);
  });

  it("borrow scatter that others know better", () => {
    const alone = unpairedContrast(first, second);
    const lent = unpairedContrast(first, second, { variance: 0.01, freedom: 8 });
    expect(lent.standardError).toBeLessThan(alone.standardError);
    expect(lent.freedom).toBeGreaterThan(alone.freedom);
  });

  it("cannot be compared when one is empty", () => {
    expect(() => unpairedContrast([], second)).toThrow(RangeError);
  });
});

describe("differences of rounds that were made together", () => {
  it("have the interval of Student's t", () => {
    // R: t.test(c(1, 2, 3, 4)): 95 percent confidence interval 0.4457397 to 4.5542603.
    const { low, high } = contrastInterval(pairedContrast([1, 2, 3, 4]));
    expect(low).toBeCloseTo(0.4457397, 5);
    expect(high).toBeCloseTo(4.5542603, 5);
  });

  it("of one round have none", () => {
    expect(contrastInterval(pairedContrast([2]))).toEqual({ value: 2, low: -Infinity, high: Infinity });
  });

  it("that are all the same are certain", () => {
    const contrast = pairedContrast([2, 2, 2]);
    expect(contrastInterval(contrast)).toEqual({ value: 2, low: 2, high: 2 });
    expect(chanceBeyond(contrast, 1)).toBe(0);
    expect(chanceBeyond(contrast, 2)).toBe(1);
  });
});
