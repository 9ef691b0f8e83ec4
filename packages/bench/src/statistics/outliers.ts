// Values far from the rest, which are reported and kept: a run that was disturbed is a run that happened.
import { median } from "./quantile.ts";

/** Fewer values do not say what is usual. */
const FEWEST = 5;
const CUT_OFF = 3.5;
/** Makes the median deviation of a normal distribution its standard deviation. */
const NORMAL_SCALE = 0.6745;

/**
 * The positions of outliers: values whose modified z-score, the distance from the median in median absolute deviations, exceeds 3.5
 * (Iglewicz and Hoaglin, 1993). None among fewer than five values, and none where more than half are equal.
 */
export function outliers(values: readonly number[]): number[] {
  if (values.length < FEWEST) return [];
  const middle = median(values);
  const deviations = values.map((value) => Math.abs(value - middle));
  const typical = median(deviations);
  if (typical === 0) return [];
  return [...deviations.entries()]
    .filter(([, deviation]) => (NORMAL_SCALE * deviation) / typical > CUT_OFF)
    .map(([position]) => position);
}
