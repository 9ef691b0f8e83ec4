// Which parts of buffers operations take.
import { describe, expect, it } from "vitest";
import { requireDistinct, requireRange, requireTargets } from "../src/range.ts";

const buf = { capacityBytes: 8 };

describe("a range of a buffer", () => {
  it.each([
    [0, 0],
    [0, 8],
    [8, 8],
    [3, 5],
  ])("may be %d to %d of 8 bytes", (start, end) => {
    expect(() => requireRange(buf, start, end)).not.toThrow();
  });

  it.each([
    [5, 3],
    [-1, 3],
    [0, 9],
    [0, 1.5],
    [0.5, 1],
    [NaN, 3],
    [0, NaN],
    [0, Infinity],
    [-0.5, 0],
    [0, 2 ** 53],
  ])("is never %d to %d of 8 bytes", (start, end) => {
    expect(() => requireRange(buf, start, end)).toThrow(RangeError);
  });
});

describe("what is read into", () => {
  it("is each buffer once", () => {
    expect(() => requireDistinct([])).not.toThrow();
    expect(() => requireTargets([buf, { ...buf }])).not.toThrow();
    expect(() => requireDistinct([buf, { ...buf }, buf])).toThrow(/one is there twice/);
    expect(() => requireTargets([buf, buf])).toThrow(/one is there twice/);
  });

  it("is something, where nothing would look like the end", () => {
    expect(() => requireTargets([])).toThrow(/at least one buffer/);
  });
});
