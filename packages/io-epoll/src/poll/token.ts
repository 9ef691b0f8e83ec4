// What a descriptor is registered with and comes back with its events: a whole number of the caller's choice.

/** A whole number from 0 to 2**53 - 1. */
export type Token = number;

/** What the upper half of a token counts. */
export const HIGH_UNIT: number = 2 ** 32;

/** @throws RangeError when it is none */
export function requireToken(token: Token): void {
  if (Number.isSafeInteger(token) && token >= 0) return;
  throw new RangeError(`expected a token from 0 to 2**53 - 1, got ${token}`);
}
