// The two reference distributions behind the intervals. Every interval of the lab is of 95 %.
import { betaShareBelow } from "./beta.ts";

// The 97.5 % points of Student's t for 1 to 30 degrees of freedom, as printed in every table.
const TABLE = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const Z = 1.959963985;

/** The 97.5 % point of Student's t: how many standard errors a two-sided 95 % interval reaches. */
export function studentReach(degreesOfFreedom: number): number {
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(`degrees of freedom are a whole number from 1 on, not ${degreesOfFreedom}`);
  }
  // Beyond the table: the first two terms of the Cornish-Fisher expansion, right to 0.0002 from 31 on.
  return (
    TABLE[degreesOfFreedom - 1] ??
    Z + (Z ** 3 + Z) / (4 * degreesOfFreedom) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * degreesOfFreedom ** 2)
  );
}

/** How likely a distance is, on either side, in an estimate with this standard error. */
export function tailsBeyond(distance: number, error: number, freedom: number): number {
  if (error === 0) return distance === 0 ? 1 : 0;
  const t = distance / error;
  return betaShareBelow(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The share of a standard normal distribution below `z`, to 1e-7 (Abramowitz and Stegun, 26.2.17). */
export function normalShareBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z < 0 ? tail : 1 - tail;
}
