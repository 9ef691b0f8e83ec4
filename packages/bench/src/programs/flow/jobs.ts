// The jobs of the workload that spawns many of them: each holds some memory while it waits for its turn.

/** What one job holds while it is under way. */
export const JOB_BYTES = 1024;

/** How many jobs may be under way at once. */
const LIMITS: readonly number[] = [100, 1000, Infinity];

/** The scenario has the limits once for fewer jobs and once for more: how many its levels have of each. */
export const LIMITS_OF_EACH: number = LIMITS.length;

/** @param level of the scenario */
export function limitOf(level: number): number {
  return LIMITS[(level - 1) % LIMITS_OF_EACH] ?? Infinity;
}
