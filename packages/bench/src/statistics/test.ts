// Whether a mean differs from a value, and how many rounds would tell: Student's t of one sample, which for paired contenders are the
// logarithms of their ratios by round.
import type { CommonScatter } from "./moderation.ts";
import { spread } from "./moderation.ts";
import { tailsBeyond } from "./student.ts";

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
  /** What is known of their scatter beyond themselves. */
  readonly common?: CommonScatter;
}

/** How likely a mean at least so far from `mean` is, on either side, when the true one is `mean`; 1 for a single value. */
export function studentP(values: readonly number[], mean: number, common?: CommonScatter): number {
  if (values.length < 2) return 1;
  const { variance, freedom } = spread(values, common);
  return tailsBeyond(distanceOf(values, mean), Math.sqrt(variance / values.length), freedom);
}

/**
 * How many more values like these would answer the question four times out of five, if what was seen is true; undefined where no
 * sensible number would, and for a single value, whose scatter is unknown.
 *
 * @param level the chance of a wrong answer that is allowed; less of it where the question is one of many
 */
export function moreRoundsFor({ values, mean, allowance, common }: Question, level = 0.05): number | undefined {
  const count = values.length;
  const distance = distanceOf(values, mean);
  if (count < 2 || distance === 0) return undefined;
  const { variance, freedom } = spread(values, common);
  for (let rounds = count + 1; rounds <= MOST_ROUNDS; rounds += 1) {
    const error = Math.sqrt(variance / rounds);
    const left = distance - allowance * Math.sqrt(count / rounds) - POWER_REACH * error;
    if (left >= 0 && tailsBeyond(left, error, freedom + rounds - count) <= level) return rounds - count;
  }
  return undefined;
}

function distanceOf(values: readonly number[], mean: number): number {
  return Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - mean);
}
