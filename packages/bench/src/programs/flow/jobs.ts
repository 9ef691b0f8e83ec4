// The jobs of the workload that spawns many of them: each holds some memory while it waits for its turn.

/** What one job holds while it is under way. */
export const JOB_BYTES = 1024;

/** By the scenario's levels: how many jobs may be under way at once. */
export const LIMITS: readonly number[] = [100, 1000, Infinity];
