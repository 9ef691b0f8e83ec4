// How long the timers last that only have to be kept: none of them ends while it is looked at.

const HOUR_MS = 3_600_000;
/** A prime, so that neighbours differ widely. */
const STRIDE = 7919;

/** Whole milliseconds, from one hour to two. */
export function longDelayMs(index: number): number {
  return HOUR_MS + ((index * STRIDE) % HOUR_MS);
}
