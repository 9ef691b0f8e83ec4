// How far two samples lie apart: their difference, how uncertain it is, and what follows from both. Paired samples were taken together,
// round by round, so what slowed a whole round cancels; unpaired ones were not, and each brings its own scatter (Welch, 1947). Both can
// borrow what other questions of the same kind know of scatter.
import type { Estimate } from "./interval.ts";
import { reachOf, spread } from "./moderation.ts";
import type { CommonScatter } from "./moderation.ts";
import { tailsBeyond } from "./student.ts";

/** A difference of means on the scale of the values. */
export interface Contrast {
  readonly value: number;
  readonly standardError: number;
  /** Degrees of freedom of the standard error; 0 where nothing is known of the scatter. */
  readonly freedom: number;
}

/** Of values that are differences already, one for each round. @throws RangeError when there are none */
export function pairedContrast(differences: readonly number[], common?: CommonScatter): Contrast {
  const value = average(differences);
  if (differences.length === 1) return { value, standardError: 0, freedom: 0 };
  const { variance, freedom } = spread(differences, common);
  return { value, standardError: Math.sqrt(variance / differences.length), freedom };
}

/** The second sample's mean less the first's. @throws RangeError when one of them is empty */
export function unpairedContrast(
  first: readonly number[],
  second: readonly number[],
  common?: CommonScatter,
): Contrast {
  const value = average(second) - average(first);
  if (first.length === 1 || second.length === 1) return { value, standardError: 0, freedom: 0 };
  const parts = [first, second].map((values) => {
    const { variance, freedom } = spread(values, common);
    return { square: variance / values.length, freedom };
  });
  const square = parts.reduce((sum, part) => sum + part.square, 0);
  // Welch and Satterthwaite's degrees of freedom: between those of the noisier sample and of both together.
  const freedom =
    square === 0
      ? parts.reduce((sum, part) => sum + part.freedom, 0)
      : square ** 2 / parts.reduce((sum, part) => sum + part.square ** 2 / part.freedom, 0);
  return { value, standardError: Math.sqrt(square), freedom };
}

/** The 95 % interval; without bounds where the scatter is unknown. */
export function contrastInterval({ value, standardError, freedom }: Contrast): Estimate {
  if (freedom === 0) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const reach = reachOf(freedom) * standardError;
  return { value, low: value - reach, high: value + reach };
}

/**
 * How likely a difference at least so large is where the true one lies within `threshold` of none: 1 for one that lies there itself, or
 * whose scatter is unknown.
 */
export function chanceBeyond({ value, standardError, freedom }: Contrast, threshold: number): number {
  const distance = Math.abs(value) - threshold;
  return freedom === 0 || distance <= 0 ? 1 : tailsBeyond(distance, standardError, freedom);
}

function average(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("a mean needs at least one value");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
