// What is compared with logical stacks switched on and off, each level by itself.

/** What an operation is at each level, from 1 on. */
export const PHASES: readonly string[] = [
  "task spawned and joined",
  "wait, ten functions deep",
  "error, ten functions up",
];

export const SPAWN = 1;
export const FAIL = 3;

/** Functions that await each other. */
export const DEPTH = 10;
