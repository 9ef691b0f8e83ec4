// The workload in which tasks share a lock and each waits for something: while it holds the lock, or after it has let go of it.

export const WAIT_MS = 2;
/** Level of the scenario. */
export const HELD = 1;
