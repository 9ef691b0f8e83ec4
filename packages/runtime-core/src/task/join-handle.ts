// A task as the one who spawned it sees it.
import type { Future } from "../future/future.ts";

/**
 * The future of a task's result; awaiting it throws a `JoinError` when the task failed or was cancelled. Dropping it detaches
 * the task, which goes on without anyone to report to.
 */
export interface JoinHandle<T> extends Future<T> {
  /** Asks the task to stop: it is dropped before it is polled again, and the handle then reports `cancelled`. */
  abort(): void;
  readonly isFinished: boolean;
}
