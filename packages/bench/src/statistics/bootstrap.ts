// The interval of a median, for tables and charts: a seeded percentile bootstrap with expanded levels.
//
// The plain percentile bootstrap of a median is too narrow for few values: at n = 7 it usually returns the second smallest and the
// second largest of them, which enclose the true median only 87.5 % of the time. Hesterberg ("What Teachers Should Know
// About the Bootstrap", 2015) therefore reads the tails further out, where Student's t would put them: 0.05 % instead of
// 2.5 % at n = 5. Measured on log-normal values (statistics-coverage.test.ts), the intervals then cover 75 % at n = 3, 94 % at 5, 98 %
// at 7, 97 % at 10 and 96 % at 30. What is missing below six values cannot be had: no resample leaves the range of the values, and
// that range holds the true median with a chance of 1 - 2^(1 - n), as for any interval that assumes no distribution.
import type { Estimate } from "./interval.ts";
import { median } from "./quantile.ts";
import type { Random } from "./random.ts";
import { normalShareBelow, studentReach } from "./student.ts";

const RESAMPLES = 2000;
/** From this many values on the percentile-t bootstrap of their mean keeps its promise. */
export const FEWEST_FOR_BOOTSTRAP = 15;

/** The median and its 95 % interval; of a single value the interval is that value. */
export function medianEstimate(values: readonly number[], random: Random): Estimate {
  const value = median(values);
  if (values.length === 1) return { value, low: value, high: value };
  const medians = new Float64Array(RESAMPLES);
  const resample = new Float64Array(values.length);
  for (let index = 0; index < RESAMPLES; index += 1) {
    for (let slot = 0; slot < resample.length; slot += 1) resample[slot] = values[random.below(values.length)] ?? 0;
    medians[index] = medianInPlace(resample);
  }
  medians.sort();
  const skipped = Math.floor(expandedTail(values.length) * RESAMPLES);
  return { value, low: medians[skipped] ?? value, high: medians[RESAMPLES - 1 - skipped] ?? value };
}

/**
 * The mean and its 95 % interval by percentile-t bootstrap (Efron and Tibshirani, 1993, ch. 12): how far resampled means lie from the
 * mean, each in its own standard errors, takes the place of Student's t, so that nothing is assumed about the distribution. Resamples
 * of one value alone have no standard error and reach as far as there is to reach; below fifteen values there are too many of them, and
 * the interval has no bounds.
 */
export function bootstrapMean(values: readonly number[], random: Random): Estimate {
  const count = values.length;
  const [value, error] = meanAndError(values);
  if (count < FEWEST_FOR_BOOTSTRAP) return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const distances = new Float64Array(RESAMPLES);
  const resample = new Float64Array(count);
  for (let index = 0; index < RESAMPLES; index += 1) {
    for (let slot = 0; slot < count; slot += 1) resample[slot] = values[random.below(count)] ?? 0;
    const [mean, own] = meanAndError(resample);
    distances[index] = own > 0 ? (mean - value) / own : Math.sign(mean - value) * Number.MAX_VALUE;
  }
  distances.sort();
  const skipped = Math.floor(0.025 * RESAMPLES);
  const reach = (position: number): number => (error === 0 ? 0 : (distances[position] ?? 0) * error);
  return { value, low: value - reach(RESAMPLES - 1 - skipped), high: value - reach(skipped) };
}

function meanAndError(values: ArrayLike<number>): [mean: number, error: number] {
  const count = values.length;
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += values[index] ?? 0;
  const mean = sum / count;
  let squares = 0;
  for (let index = 0; index < count; index += 1) squares += ((values[index] ?? 0) - mean) ** 2;
  return [mean, Math.sqrt(squares / (count - 1) / count)];
}

/** The highest chance that the range of `count` values, and so any interval inside it, holds their true median. */
export function attainableCoverage(count: number): number {
  return 1 - 2 ** (1 - count);
}

/** The share to cut off at each end of the bootstrap distribution. */
function expandedTail(count: number): number {
  return normalShareBelow(-Math.sqrt(count / (count - 1)) * studentReach(count - 1));
}

function medianInPlace(values: Float64Array): number {
  values.sort();
  const half = values.length >> 1;
  const upper = values[half] ?? Number.NaN;
  return values.length % 2 === 1 ? upper : ((values[half - 1] ?? Number.NaN) + upper) / 2;
}
