// What a running future can reach of the runtime that polls it.
import type { Future } from "../future/future.ts";
import type { Timers } from "../time/timers.ts";
import type { JoinHandle } from "./join-handle.ts";
import type { FairnessRandom } from "./random.ts";

export interface Runtime {
  /** Starts a task. It runs concurrently with the one that spawned it. */
  spawn<T>(future: Future<T>): JoinHandle<T>;
  readonly timers: Timers;
  readonly random: FairnessRandom;
}

/** An executor seen from outside: it starts tasks and runs a future to its end on the calling thread. */
export interface Executor extends Runtime {
  /** Runs `future` and everything spawned meanwhile until `future` is finished; returns its value or throws its failure. */
  blockOn<T>(future: Future<T>): T;
}
