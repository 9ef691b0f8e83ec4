// Whether a mean differs from a value, and how many rounds would tell: Student's t of one sample, which for paired contenders are the
// logarithms of their ratios by round.
import { betaShareBelow } from "./beta.ts";

/** More rounds than this are no advice. */
const MOST_ROUNDS = 1000;
/** The 80 % point of the normal distribution: a difference as large as the one seen is then found four times out of five. */
const POWER_REACH = 0.8416;

/** Values whose true mean is asked about, on the scale on which they scatter evenly. */
export interface Question {
  readonly values: readonly number[];
  /** What their mean may not be, for an answer. */
  readonly mean: number;
  /** How far beyond it the answer must lie: a noise floor, which shrinks as values are added. */
  readonly allowance: number;
}

/** How likely a mean at least so far from `mean` is, on either side, when the true one is `mean`; 1 for a single value. */
export function studentP(values: readonly number[], mean: number): number {
  const { distance, deviation, count } = summary(values, mean);
  return count < 2 ? 1 : tailsBeyond(distance, deviation / Math.sqrt(count), count - 1);
}

/**
 * How many more values like these would answer the question four times out of five, if what was seen is true; undefined where no
 * sensible number would, and for a single value, whose scatter is unknown.
 *
 * @param level the chance of a wrong answer that is allowed; less of it where the question is one of many
 */
export function moreRoundsFor({ values, mean, allowance }: Question, level = 0.05): number | undefined {
  const { distance, deviation, count } = summary(values, mean);
  if (count < 2 || distance === 0) return undefined;
  for (let rounds = count + 1; rounds <= MOST_ROUNDS; rounds += 1) {
    const error = deviation / Math.sqrt(rounds);
    const left = distance - allowance * Math.sqrt(count / rounds) - POWER_REACH * error;
    if (left >= 0 && tailsBeyond(left, error, rounds - 1) <= level) return rounds - count;
  }
  return undefined;
}

/** Both tails of Student's t beyond a distance. */
function tailsBeyond(distance: number, error: number, freedom: number): number {
  if (error === 0) return distance === 0 ? 1 : 0;
  const t = distance / error;
  return betaShareBelow(freedom / (freedom + t * t), freedom / 2, 0.5);
}

function summary(values: readonly number[], mean: number): { distance: number; deviation: number; count: number } {
  const count = values.length;
  const average = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
  return { distance: Math.abs(average - mean), deviation: Math.sqrt(squares / Math.max(1, count - 1)), count };
}
