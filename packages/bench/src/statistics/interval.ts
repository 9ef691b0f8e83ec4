// What an estimate looks like everywhere in the lab.

/** From where to where the true value is believed to lie. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A value, and the interval around it. */
export interface Estimate extends Interval {
  readonly value: number;
}
