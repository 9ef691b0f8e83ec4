// What everything in this folder has in common: state that several threads share is words in an Int32Array.
//
// The rule that keeps it free of data races: a word is either accessed with Atomics by everybody, or plainly by whoever an
// atomic operation made its only owner for the time being (a lock that is held, an entry that was taken from a queue). No word is
// both. Atomic accesses cost 5 to 9 ns and plain ones less than 1, so algorithms here hand over much with one atomic operation.

/** The words of shared memory. */
export type Words = Int32Array<SharedArrayBuffer>;

/**
 * Words that different threads write are kept this many apart: two cache lines, because the processor fetches lines in pairs.
 */
export const LINE_WORDS = 32;

/** @throws RangeError unless `value` is a power of two from 2 to `largest` */
export function assertPowerOfTwo(what: string, value: number, largest: number): void {
  if (!Number.isInteger(value) || value < 2 || value > largest || (value & (value - 1)) !== 0) {
    throw new RangeError(`${what}: expected a power of two from 2 to ${largest}, got ${value}`);
  }
}
