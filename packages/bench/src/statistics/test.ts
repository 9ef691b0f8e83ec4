// Whether a mean differs from a value, and how many rounds would tell: Student's t of one sample, which for paired contenders are the
// logarithms of their ratios by round.
import { betaShareBelow } from "./beta.ts";
import { studentReach } from "./student.ts";

/** More rounds than this are no advice. */
const MOST_ROUNDS = 1000;
/** The 80 % point of the normal distribution: a difference as large as the one seen is then found four times out of five. */
const POWER_REACH = 0.8416;

/** How likely a mean at least so far from `mean` is, on either side, when the true one is `mean`; 1 for a single value. */
export function studentP(values: readonly number[], mean: number): number {
  const { distance, deviation, count } = summary(values, mean);
  if (count < 2) return 1;
  if (deviation === 0) return distance === 0 ? 1 : 0;
  const t = distance / (deviation / Math.sqrt(count));
  const freedom = count - 1;
  return betaShareBelow(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/**
 * How many more values like these would put a 95 % interval beyond `mean` four times out of five, if what was seen is true; undefined
 * where no sensible number would, and for a single value, whose scatter is unknown.
 *
 * @param allowance how much farther than that the interval must lie: a noise floor, which shrinks as values are added
 */
export function moreRoundsFor(values: readonly number[], mean: number, allowance = 0): number | undefined {
  const { distance, deviation, count } = summary(values, mean);
  if (count < 2 || distance === 0) return undefined;
  for (let rounds = count + 1; rounds <= MOST_ROUNDS; rounds += 1) {
    const reach = (studentReach(rounds - 1) + POWER_REACH) * (deviation / Math.sqrt(rounds));
    if (reach + allowance * Math.sqrt(count / rounds) <= distance) return rounds - count;
  }
  return undefined;
}

function summary(values: readonly number[], mean: number): { distance: number; deviation: number; count: number } {
  const count = values.length;
  const average = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
  return { distance: Math.abs(average - mean), deviation: Math.sqrt(squares / Math.max(1, count - 1)), count };
}
