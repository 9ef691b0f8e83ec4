// A spawned future with everything that belongs to it: its place in the run queue, its waker and its join handle are this one
// object, so spawning allocates once and waking allocates nothing.
//
//      spawn                  run                          poll: value or throw
//        +--------> Scheduled ------> Running ---------------------------+
//                     ^  ^              |  | wake, abort                 v
//               wake, |  |              |  +--> RunningWoken           Finished
//              abort  |  +--------------|-----------+  poll: Pending     ^
//                     |                 | poll: Pending                  |
//                     +---- Idle <------+                                |
//                                   run of a task that was aborted ------+ (its future is dropped instead of polled)
//
// wake() in Scheduled, RunningWoken and Finished does nothing.
import { COOPERATIVE_BUDGET, type Context, type Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { JoinError } from "./join-error.ts";
import type { JoinHandle } from "./join-handle.ts";

/** What a task needs from the executor that owns it. */
export interface Scheduler {
  /** Puts the task at the end of the run queue. Called at most once until the task runs. */
  schedule(task: Task<unknown>): void;
  /** The task has finished and will never run again. */
  release(task: Task<unknown>): void;
  /** The task failed, and its handle was dropped: nobody else will ever see this error. */
  reportUnobserved(error: JoinError): void;
}

const Idle = 0;
const Scheduled = 1;
const Running = 2;
const RunningWoken = 3;
const Finished = 4;
type State = typeof Idle | typeof Scheduled | typeof Running | typeof RunningWoken | typeof Finished;

/** What becomes of the result. */
const Kept = 0;
const Taken = 1;
const Detached = 2;

export class Task<T> extends Future<T> implements Waker, JoinHandle<T> {
  /** Neighbours in the executor's list of live tasks; the list's business alone. */
  previous: Task<unknown> | null = null;
  following: Task<unknown> | null = null;

  private readonly scheduler: Scheduler;
  /** Null once finished, so that a handle that is kept holds nothing but the result. */
  private future: Future<T> | null;
  private state: State = Scheduled;
  private aborted = false;
  private fate: typeof Kept | typeof Taken | typeof Detached = Kept;
  /** The value, or the `JoinError`. */
  private result: T | JoinError | undefined = undefined;
  private joiner: Waker | null = null;

  /** The caller schedules the new task. */
  constructor(future: Future<T>, scheduler: Scheduler) {
    super();
    this.future = future;
    this.scheduler = scheduler;
  }

  // As a waker.

  wake(): void {
    if (this.state === Idle) {
      this.state = Scheduled;
      this.scheduler.schedule(this);
    } else if (this.state === Running) {
      this.state = RunningWoken;
    }
  }

  // As the executor's.

  /** Polls the future once, after the executor took the task from its queue. */
  run(cx: Context): void {
    const future = this.future;
    if (future === null) return;
    if (this.aborted) {
      this.cancel();
      return;
    }
    this.state = Running;
    cx.waker = this;
    cx.budget = COOPERATIVE_BUDGET;
    let result: Poll<T>;
    try {
      result = future.poll(cx);
    } catch (error) {
      this.finish(new JoinError("failed", error));
      return;
    }
    if (result !== Pending) {
      this.finish(result);
    } else if (this.state === Running) {
      this.state = Idle;
    } else {
      this.state = Scheduled;
      this.scheduler.schedule(this);
    }
  }

  /** Drops the future now, unless it has finished: the handle reports `cancelled`, or the error that dropping threw. */
  cancel(): void {
    const future = this.future;
    if (future === null) return;
    this.state = Running;
    try {
      future.drop();
    } catch (error) {
      this.finish(new JoinError("failed", error));
      return;
    }
    this.finish(new JoinError("cancelled"));
  }

  private finish(result: T | JoinError): void {
    this.state = Finished;
    this.future = null;
    this.scheduler.release(this);
    if (this.fate === Detached) {
      this.reportIfFailed(result);
      return;
    }
    this.result = result;
    const joiner = this.joiner;
    this.joiner = null;
    if (joiner !== null) joiner.wake();
  }

  private reportIfFailed(result: T | JoinError | undefined): void {
    if (result instanceof JoinError && result.reason === "failed") this.scheduler.reportUnobserved(result);
  }

  // As a join handle.

  get isFinished(): boolean {
    return this.state === Finished;
  }

  abort(): void {
    if (this.state === Finished) return;
    this.aborted = true;
    this.wake();
  }

  override poll(cx: Context): Poll<T> {
    if (this.fate !== Kept) throw new PolledAfterCompletionError("join handle");
    if (this.state !== Finished) {
      this.joiner = cx.waker;
      return Pending;
    }
    this.fate = Taken;
    const result = this.result;
    this.result = undefined;
    if (result instanceof JoinError) throw result;
    return result as T;
  }

  override drop(): void {
    if (this.fate !== Kept) return;
    this.fate = Detached;
    this.joiner = null;
    if (this.state === Finished) this.reportIfFailed(this.result);
    this.result = undefined;
  }
}
