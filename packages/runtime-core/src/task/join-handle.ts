// A task as others see it: the one who may stop it, and the one who spawned it and takes its result.
import type { Waker } from "../future/context.ts";
import type { Future } from "../future/future.ts";

/** May stop a task and ask whether it is finished; has no part in its result. Every `JoinHandle` can be handed out as one. */
export interface AbortHandle {
  /** Unique among the tasks of this thread, and never 0. */
  readonly id: number;
  /** The name that it was spawned with. */
  readonly name: string | undefined;
  /** True once the task has returned, failed or been dropped. */
  readonly isFinished: boolean;
  /**
   * Asks the task to stop: it is dropped instead of being polled again, when its turn comes, and its handle then reports
   * `cancelled`. Does nothing to a finished task.
   */
  abort(): void;
}

/**
 * The future of a task's result; awaiting it throws a `JoinError` when the task failed or was cancelled. Dropping it detaches
 * the task, which goes on without anyone to report to.
 */
export interface JoinHandle<T> extends Future<T>, AbortHandle {
  /** For those who join many: calls `waker` once, when the task is finished (at once if it is). Replaces any earlier waker. */
  wakeWhenFinished(waker: Waker): void;
  /**
   * The result of a finished task, without waiting and without a part of the budget. Like awaiting it, only once.
   *
   * @throws JoinError when the task failed or was cancelled
   * @throws PolledAfterCompletionError when the result was taken already or the handle dropped
   */
  take(): T;
}
