// The words through which the threads of the file scenario are started together and say that they are done.

export const PHASE = {
  /** Counts phases: a thread waits until it changes. */
  start: 0,
  /** Threads that are still at work. */
  running: 1,
  operations: 2,
  stop: 3,
} as const;

export const WORDS = 4;
