// What a future is given when it is polled: whom to wake, and how much it may still do in this turn.
import type { Runtime } from "../task/runtime.ts";

/** Schedules the task that it stands for to be polled again. */
export interface Waker {
  /** Safe at any time on the thread that polls, however often and also after the task has finished. */
  wake(): void;
}

/** How many operations a task may complete in one poll before it has to let others run; tokio's number. */
export const COOPERATIVE_BUDGET = 128;

/**
 * The surroundings of one poll. An executor keeps one object and refits it for each task, so a future that has to wait stores
 * `cx.waker`, never `cx`.
 */
export class Context {
  waker: Waker;
  /** Operations that this poll may still complete. {@link Context.exhausted} is how a leaf future asks. */
  budget: number = COOPERATIVE_BUDGET;
  /** The waker of the whole task, while `waker` is one that stands for a part of it; otherwise null. */
  taskWaker: Waker | null = null;
  /** How often a task had to let others run because its budget was used up. */
  budgetYields: number = 0;
  readonly runtime: Runtime;

  constructor(waker: Waker, runtime: Runtime) {
    this.waker = waker;
    this.runtime = runtime;
  }

  /**
   * For leaf futures that could go on for ever without waiting (a socket that is always readable, a channel that is never
   * empty): asked before an attempt, it is true when the task has used up its turn. The task has then been woken to run again
   * behind the others, and the future returns `Pending` without trying. Each completed operation takes one: `cx.budget--`.
   */
  exhausted(): boolean {
    if (this.budget > 0) return false;
    this.budgetYields++;
    this.waker.wake();
    return true;
  }
}
