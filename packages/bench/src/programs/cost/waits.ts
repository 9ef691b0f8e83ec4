// The queries that do not need each other, and the ways to wait for them, as the levels of the scenario.

export const QUERY_MS = 5;
export const IN_SEQUENCE = 1;
export const JOINED = 2;
export const SPAWNED = 3;
/** Of each way, with two queries and with five. */
export const WAYS = 3;
export const QUERIES: readonly number[] = [2, 5];

/** How many queries a level has, and in which way it waits for them. */
export function asked(level: number): { readonly queries: number; readonly way: number } {
  return { queries: QUERIES[Math.floor((level - 1) / WAYS)] ?? 0, way: ((level - 1) % WAYS) + 1 };
}
