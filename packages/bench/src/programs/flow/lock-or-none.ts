// The workload that counts in a loop, under a lock or without. Both await once for each step.

/** Level of the scenario. */
export const LOCKED = 2;
