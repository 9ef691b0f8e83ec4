// What a comparison can find: the least true difference that would be told four times out of five, given how much processes scatter, in how
// many rounds, among how many comparisons.
//
// A difference is told when its p-value beyond the threshold, corrected by Holm for all comparisons, is at most 5 %: so it must lie that many
// standard errors beyond, and for four times out of five another 0.84. The correction is taken at its strictest, as for the first that is told.
import { type Contrast, reachOf } from "../statistics/index.ts";

/** The chance of any false difference. */
export const LEVEL = 0.05;
/** Standard errors below the mean of what is estimated, above which four in five estimates lie. */
const FOUR_IN_FIVE = 0.8416;

/** On the scale of the contrast; infinite where nothing is known of the scatter. */
export function findable({ standardError, freedom }: Contrast, threshold: number, comparisons: number): number {
  if (freedom === 0) return Infinity;
  return threshold + (reachOf(freedom, LEVEL / Math.max(1, comparisons)) + FOUR_IN_FIVE) * standardError;
}

/** What is known of a session before it is made. */
export interface Prospect {
  /** By how much processes of one program differ, as the standard deviation of the logarithm: 0.03 for 3 %. */
  readonly scatter: number;
  readonly rounds: number;
  /** Of either commit in a round: 2 with a twin. */
  readonly processes: number;
  readonly comparisons: number;
  /** Relative differences below it count as none. */
  readonly leastEffect: number;
}

/** The larger of two differences by chance is so many of their standard errors on average, whatever their signs. */
const LARGER_OF_TWO = 1.13;

/** The least relative difference that a session of two commits finds four times out of five; infinite in a single round. */
export function prospect({ scatter, rounds, processes, comparisons, leastEffect }: Prospect): number {
  const apart = scatter * Math.sqrt(2 / rounds);
  // The twins of either commit will differ by chance as well, and only what lies beyond counts.
  const threshold = Math.max(Math.log1p(leastEffect), LARGER_OF_TWO * apart);
  const standardError = apart / Math.sqrt(processes);
  return Math.expm1(findable({ value: 0, standardError, freedom: rounds - 1 }, threshold, comparisons));
}
