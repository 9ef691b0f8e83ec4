import { describe, expect, it } from "vitest";
import { changePoints, exactChanges, FALSE_ALARM_RATE } from "../src/history/change-points.ts";
import { sparkline } from "../src/history/sparkline.ts";
import { trendOf } from "../src/history/trends.ts";
import type { Series } from "../src/history/store.ts";
import { randomFor } from "../src/statistics/index.ts";
import type { Random } from "../src/statistics/index.ts";

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}

const NOISES: Readonly<Record<string, (random: Random) => number>> = {
  normal,
  "two states": (random) => normal(random) + (random.below(2) === 0 ? 0 : 5),
  "one in ten disturbed": (random) => normal(random) + (random.below(10) === 0 ? 20 : 0),
};

function series(length: number, random: Random, noise = normal, level: (index: number) => number = () => 0): number[] {
  return Array.from({ length }, (_, index) => level(index) + noise(random));
}

describe("a series in which nothing changed", () => {
  const RUNS = 400;
  const kinds = Object.keys(NOISES).flatMap((kind) => [10, 30].map((length) => ({ kind, length })));

  it.each(kinds)("is said to have changed no more often than promised: $kind, $length runs", ({ kind, length }) => {
    const random = randomFor(5, kind);
    let alarms = 0;
    for (let run = 0; run < RUNS; run += 1) {
      if (changePoints(series(length, random, NOISES[kind]), random).length > 0) alarms += 1;
    }
    // Three standard errors of such a rate.
    const reach = 3 * Math.sqrt((FALSE_ALARM_RATE * (1 - FALSE_ALARM_RATE)) / RUNS);
    expect(alarms / RUNS).toBeLessThanOrEqual(FALSE_ALARM_RATE + reach);
  });

  it("is empty, short or constant, too", () => {
    const random = randomFor(1, "short");
    for (const values of [[], [1], [1, 2], [1, 2, 3], Array.from({ length: 20 }, () => 7)]) {
      expect(changePoints(values, random)).toEqual([]);
    }
  });

  it("may have a single outlier, which is none", () => {
    const random = randomFor(2, "outlier");
    const values = series(30, random);
    values[20] = 100;
    expect(changePoints(values, random)).toEqual([]);
  });
});

describe("a step", () => {
  it("of three times the scatter is found where it is, or next to it", () => {
    const random = randomFor(3, "step");
    let exact = 0;
    for (let run = 0; run < 50; run += 1) {
      const changes = changePoints(
        series(30, random, normal, (index) => (index < 18 ? 0 : 3)),
        random,
      );
      expect(changes.map(({ index }) => Math.abs(index - 18) <= 2)).toContain(true);
      if (changes.length === 1 && changes[0]?.index === 18) exact += 1;
    }
    expect(exact).toBeGreaterThan(35);
  });

  it("is described by the medians of both sides", () => {
    const random = randomFor(4, "medians");
    const [change] = changePoints(
      series(
        30,
        random,
        () => random.unit() / 10,
        (index) => (index < 15 ? 1 : 2),
      ),
      random,
    );
    expect(change?.index).toBe(15);
    expect(change?.before).toBeCloseTo(1.05, 1);
    expect(change?.after).toBeCloseTo(2.05, 1);
  });

  it("is one of two where there are two", () => {
    const random = randomFor(16, "steps");
    const changes = changePoints(
      series(45, random, normal, (index) => (index < 15 ? 0 : index < 30 ? 8 : -8)),
      random,
    );
    expect(changes.map(({ index }) => index)).toEqual([15, 30]);
    expect(changes.map(({ before, after }) => Math.sign(after - before))).toEqual([1, -1]);
  });

  it("is found again with the same seed", () => {
    const values = series(30, randomFor(7, "again"), normal, (index) => (index < 15 ? 0 : 1.2));
    expect(changePoints(values, randomFor(8, "seed"))).toEqual(changePoints(values, randomFor(8, "seed")));
  });

  it("of what never scatters is seen at once", () => {
    expect(exactChanges([3, 3, 3, 4])).toEqual([{ index: 3, before: 3, after: 4 }]);
    expect(exactChanges([3, 4, 4, 3])).toEqual([
      { index: 1, before: 3, after: 4 },
      { index: 3, before: 4, after: 3 },
    ]);
    expect(exactChanges([3, 3])).toEqual([]);
  });
});

describe("a trend", () => {
  const made = (values: readonly number[], metric: Partial<Series["metric"]> = {}, spread = 0): Series => ({
    ...{ machine: 1, scenario: "work", contender: "a", level: 1, place: "work/a/tasks=1" },
    metric: { id: "time", label: "time per task", unit: "ns", better: "lower", ...metric },
    points: values.map((value, index) => ({
      ...{
        run: `${index}`,
        startedAt: `2025-01-0${1 + (index % 9)}T00:00:00Z`,
        commit: `${index}`.repeat(40),
        dirty: false,
      },
      ...{ value, low: value - spread, high: value + spread, rounds: 6 },
    })),
  });
  const random = randomFor(9, "trend");
  const slower = series(
    20,
    random,
    () => 1 + random.unit() / 100,
    (index) => (index < 12 ? 0 : 0.2),
  );

  it("says since which commit it is worse, and from what to what", () => {
    const { changes } = trendOf(made(slower, {}, 0.01));
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ index: 12, verdict: "regressed", since: { commit: "12".repeat(40) } });
    expect(changes[0]?.before).toBeCloseTo(1, 1);
    expect(changes[0]?.after).toBeCloseTo(1.2, 1);
  });

  it("is better where more is better", () => {
    const { changes } = trendOf(made(slower, { better: "higher" }, 0.01));
    expect(changes.map(({ verdict }) => verdict)).toEqual(["improved"]);
  });

  it("of counts that never scatter has every change", () => {
    const counts = { id: "polls", unit: "count" } as const;
    expect(trendOf(made([3, 3, 4], counts)).changes).toMatchObject([
      { index: 2, before: 3, after: 4, verdict: "regressed" },
    ]);
    expect(trendOf(made([3, 3, 4], counts, 0.5)).changes).toEqual([]);
  });
});

describe("a sparkline", () => {
  it("goes from the least figure to the largest", () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 10)).toBe("▁▂▃▄▅▆▇█");
    expect(sparkline([8, 1], 10)).toBe("█▁");
  });

  it("is level where nothing varies", () => {
    expect(sparkline([5, 5, 5], 10)).toBe("▄▄▄");
  });

  it("tells a long series by its parts", () => {
    expect(sparkline([1, 1, 1, 9, 9, 9], 2)).toBe("▁█");
    expect(
      sparkline(
        Array.from({ length: 100 }, (_, index) => index),
        8,
      ),
    ).toBe("▁▂▃▄▅▆▇█");
  });
});
