// The ratio of two contenders, paired by round: both were observed minutes apart on the same machine, so what slowed a whole round
// cancels. Everything here works on logarithms, where "twice" and "half" are equally far from "equal".
//
// The interval is Student's t over the logarithms of the per-round ratios. It is the right one for few rounds: under log-normal
// noise it covers 95 % at any number of rounds from 2 on, while a percentile bootstrap over rounds covers 72 % with three of them, 83 %
// with five and 87 % with seven (measured by statistics-coverage.test.ts). An outlying round makes it wider, so it costs a
// verdict rather than causing a wrong one.
import type { Estimate } from "./interval.ts";
import { studentReach } from "./student.ts";

/** Values of one contender at one level, by round. */
export type ByRound = ReadonlyMap<number, number>;

/** The logarithm of `a / b` for each round in which both are positive: of anything else there is none. */
export function logRatios(a: ByRound, b: ByRound): ByRound {
  const ratios = new Map<number, number>();
  for (const [round, value] of a) {
    const other = b.get(round);
    if (other !== undefined && other > 0 && value > 0) ratios.set(round, Math.log(value / other));
  }
  return ratios;
}

/** The mean and its 95 % interval; without bounds for a single value, whose scatter is unknown. */
export function meanEstimate(values: readonly number[]): Estimate {
  const count = values.length;
  if (count === 0) throw new RangeError("a mean needs at least one value");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { value: mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = studentReach(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { value: mean, low: mean - reach, high: mean + reach };
}

/** An estimate on another scale; `scale` must be increasing. */
export function mapEstimate(estimate: Estimate, scale: (value: number) => number): Estimate {
  return { value: scale(estimate.value), low: scale(estimate.low), high: scale(estimate.high) };
}
