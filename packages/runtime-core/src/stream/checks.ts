// What adapters expect of the numbers that they are given.

/** @throws RangeError unless `value` is an integer of at least `least`; `Infinity` counts as one. */
export function expectCount(what: string, value: number, least: 0 | 1): void {
  if ((Number.isInteger(value) || value === Infinity) && value >= least) return;
  throw new RangeError(`${what} expects an integer of at least ${least}, but was given ${value}`);
}

/** @throws RangeError unless `durationMs` is a number of at least 0 */
export function expectDuration(what: string, durationMs: number): void {
  if (durationMs >= 0) return;
  throw new RangeError(`${what} expects a duration of at least 0 ms, but was given ${durationMs}`);
}
