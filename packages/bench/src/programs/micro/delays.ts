// How long the sleeps of the timer workloads last. Neighbours differ widely, as timers that nobody sorted do.

/** A prime, so that the sleeps go through all lengths before one comes again. */
const STRIDE = 7919;
/** In real time so many sleeps end within this, in whole milliseconds, as `setTimeout` counts. */
const SPREAD_MS = 500;

/** Whole milliseconds from 1 to 500. */
export function realDelayMs(index: number): number {
  return 1 + ((index * STRIDE) % SPREAD_MS);
}

/** Whole milliseconds from 1 to `sleeps`, each once. */
export function virtualDelayMs(index: number, sleeps: number): number {
  return 1 + ((index * STRIDE) % sleeps);
}
