// Where a series of figures changed for good: E-divisive with means (Matteson and James, "A nonparametric approach for multiple change point
// analysis of multivariate data", 2014), as MongoDB and others use it for benchmarks in continuous integration.
//
// Of all places to divide a series in two, the one is taken at which the parts differ most by their energy distance, which asks of no
// distribution. Whether that is more than chance is found by permutation: how often a series of the same values in random order can be
// divided as well. If at most one time in a hundred, the place counts, and both parts are looked at in turn. So of a series in which nothing
// changed one in a hundred is said to have changed. What is found this late is a step that stays: a single outlier is none, and after a step
// it takes a few more figures until chance is out of the question.
import { median } from "../statistics/index.ts";
import type { Random } from "../statistics/index.ts";

/** A figure from which on everything is different. */
export interface ChangePoint {
  /** Of the first figure of the new kind. */
  readonly index: number;
  /** Medians of the figures between the change before and this one, and from this to the next. */
  readonly before: number;
  readonly after: number;
}

/** In a series without a change, the chance of seeing one. */
export const FALSE_ALARM_RATE = 0.01;

/** With so many permutations and this one's own, the rate above is ten of a thousand. */
const PERMUTATIONS = 999;
/** On either side of a change. */
const FEWEST = 2;

/** The changes of a series that scatters, in its order. Equal series and seeds of `random` give equal changes. */
export function changePoints(values: readonly number[], random: Random): ChangePoint[] {
  return described(values, divide(values, 0, random));
}

/** The changes of a series that does not scatter, such as exact counts: every one is a change. */
export function exactChanges(values: readonly number[]): ChangePoint[] {
  return described(values, steps(values));
}

function described(values: readonly number[], places: readonly number[]): ChangePoint[] {
  return places.map((index, position) => ({
    index,
    before: median(values.slice(places[position - 1] ?? 0, index)),
    after: median(values.slice(index, places[position + 1] ?? values.length)),
  }));
}

function steps(values: readonly number[]): number[] {
  return values.flatMap((value, index) => (index > 0 && value !== values[index - 1] ? [index] : []));
}

function divide(values: readonly number[], offset: number, random: Random): number[] {
  const best = bestDivision(values);
  if (best === undefined || best.distance <= 0 || !isRare(values, best.distance, random)) return [];
  return [
    ...divide(values.slice(0, best.index), offset, random),
    offset + best.index,
    ...divide(values.slice(best.index), offset + best.index, random),
  ];
}

/** Stops as soon as it is no longer rare (Besag and Clifford, 1991). */
function isRare(values: readonly number[], distance: number, random: Random): boolean {
  const most = FALSE_ALARM_RATE * (PERMUTATIONS + 1);
  const mixed = [...values];
  // The series itself is one of its orders.
  let asLarge = 1;
  for (let count = 0; count < PERMUTATIONS; count += 1) {
    shuffle(mixed, random);
    // Equal but for rounding is equal.
    if ((bestDivision(mixed)?.distance ?? 0) >= distance * (1 - 1e-9)) asLarge += 1;
    if (asLarge > most) return false;
  }
  return true;
}

/** The place at which both parts differ most; undefined where there are too few values for two. */
function bestDivision(values: readonly number[]): { readonly index: number; readonly distance: number } | undefined {
  const count = values.length;
  let [within, between, beyond] = [0, 0, 0];
  for (let i = 0; i < count; i += 1) for (let j = 0; j < i; j += 1) beyond += apart(values, i, j);
  let best: { index: number; distance: number } | undefined;
  // One value after the other goes from the second part to the first, and its distances with it.
  for (let at = 0; at < count; at += 1) {
    const first = at + 1;
    const second = count - first;
    for (let other = 0; other < count; other += 1) {
      if (other === at) continue;
      const distance = apart(values, at, other);
      if (other < at) {
        between -= distance;
        within += distance;
      } else {
        beyond -= distance;
        between += distance;
      }
    }
    if (first < FEWEST || second < FEWEST) continue;
    const energy = (2 * between) / (first * second) - within / pairs(first) - beyond / pairs(second);
    const distance = ((first * second) / count) * energy;
    if (best === undefined || distance > best.distance) best = { index: first, distance };
  }
  return best;
}

function apart(values: readonly number[], i: number, j: number): number {
  return Math.abs((values[i] ?? 0) - (values[j] ?? 0));
}

function pairs(count: number): number {
  return (count * (count - 1)) / 2;
}

function shuffle(values: number[], random: Random): void {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const value = values[last] ?? 0;
    values[last] = values[other] ?? 0;
    values[other] = value;
  }
}
