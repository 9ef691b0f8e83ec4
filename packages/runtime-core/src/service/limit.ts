// What the layers that count calls expect of their limit.

/** @throws RangeError unless `limit` is an integer of at least 1 */
export function expectLimit(what: string, limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1) return;
  throw new RangeError(`${what} expects a limit of at least 1 call, but was given ${limit}`);
}
