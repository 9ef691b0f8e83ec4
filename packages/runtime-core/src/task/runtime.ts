// What a running future can reach of the runtime that polls it.
import type { Future } from "../future/future.ts";
import type { Timers } from "../time/timers.ts";
import type { BlockingPool } from "./blocking-pool.ts";
import type { JoinError } from "./join-error.ts";
import type { JoinHandle } from "./join-handle.ts";
import type { FairnessRandom } from "./random.ts";

/** How a task is started. */
export interface SpawnOptions {
  /** For diagnostics; need not be unique. */
  readonly name?: string;
}

/** What every future can reach through its context. */
export interface Runtime {
  /** Starts a task. It runs concurrently with the one that spawned it. */
  spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T>;
  readonly timers: Timers;
  readonly random: FairnessRandom;
  /** The threads for calls that block; a runtime need not have any. */
  readonly blocking?: BlockingPool;
  /** Is told of a task that failed after its handle was dropped. */
  reportUnobserved?(error: JoinError): void;
}

/** An executor seen from outside: it starts tasks and runs a future to its end on the calling thread. */
export interface Executor extends Runtime {
  /** Runs `future` and everything spawned meanwhile until `future` is finished; returns its value or throws its failure. */
  blockOn<T>(future: Future<T>): T;
}
