// What a runtime counts about itself, always: it costs one addition a tick.

/** Counts since the runtime was made, except `liveTasks`. Tasks of a `LocalSet` are part of the task that runs it. */
export interface RuntimeMetrics {
  /** Tasks that were started, the futures given to `blockOn` and `run` included. */
  readonly spawnedTasks: number;
  /** Tasks that were spawned and have not finished. */
  readonly liveTasks: number;
  /** Turns that tasks had: polls, and drops of tasks that were aborted. */
  readonly polls: number;
  /** Wakes, aborts included, that put a task in the run queue; those of a task that is in it already change nothing. */
  readonly wakes: number;
  /** How often a task had used up its cooperative budget and let others run. */
  readonly budgetYields: number;
  /** How often the thread had nothing to run and waited: in the driver, or for its event loop. */
  readonly parks: number;
}
