// The owned runtime: one driver, and one thread that is its own (nothing else of Node runs meanwhile).
//
// A tick runs woken tasks (a bounded number of them), lets the driver submit and collect, then fires timers. Only when nothing
// is woken does the thread park in the driver, until the next timer at most.
import type { Future } from "@pollab/runtime-core/future";
import { enter, FairnessRandom, JoinError } from "@pollab/runtime-core/task";
import type { BlockingPool, Driver, Executor, JoinHandle, SpawnOptions, Task } from "@pollab/runtime-core/task";
import { type Clock, Timers } from "@pollab/runtime-core/time";
import type { RuntimeMetrics } from "./metrics.ts";
import { clockOf, paceOf, type RuntimeOptions, seedOf } from "./options.ts";
import type { Pace } from "./pace.ts";
import { Parker } from "./parker.ts";
import { reportToStderr } from "./report-to-stderr.ts";
import { Tasks } from "./tasks.ts";

/** How an owned runtime is made. */
export interface CurrentThreadOptions extends RuntimeOptions {
  /** What the thread waits in; without one it can only wait for timers and for `unpark`. Closed together with the executor. */
  readonly driver?: Driver;
}

/** Runs tasks on the thread that calls `blockOn`, which does nothing else until that returns. */
export class CurrentThread implements Executor {
  readonly timers: Timers;
  readonly random: FairnessRandom;
  declare readonly blocking?: BlockingPool;
  private readonly driver: Driver;
  private readonly clock: Clock;
  private readonly pace: Pace;
  private readonly tasks: Tasks;
  private parks = 0;
  private running = false;
  private closed = false;

  /** @throws RangeError for an event interval that is none; Error for a blocking pool with a driver that it cannot wake */
  constructor(options: CurrentThreadOptions = {}) {
    this.pace = paceOf(options);
    this.driver = options.driver ?? new Parker();
    this.clock = clockOf(options);
    this.timers = new Timers(this.clock);
    this.random = new FairnessRandom(seedOf(options));
    this.tasks = new Tasks(this, options.onUnobservedFailure ?? reportToStderr, () => {});
    if (options.blocking !== undefined) this.blocking = attached(options.blocking, this.driver);
  }

  /** Tasks that were spawned and have not finished. */
  get liveTasks(): number {
    return this.tasks.size;
  }

  /** What has happened so far. Each call makes a new object. */
  metrics(): RuntimeMetrics {
    return this.tasks.metrics(this.parks);
  }

  /** Starts a task, which runs during `blockOn`. On a closed runtime it is dropped at once, and the handle reports `cancelled`. */
  spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
    return this.tasks.start(future, options?.name);
  }

  /**
   * Runs `future`, and every task spawned meanwhile, until `future` is finished. Tasks that are then still under way wait for
   * the next call.
   *
   * @throws what the future throws
   * @throws NestedRuntimeError when called by a task
   */
  blockOn<T>(future: Future<T>): T {
    if (this.closed) throw new Error("this runtime was closed; make a new one");
    return enter(this.tasks.context, () => {
      this.running = true;
      try {
        const root = this.tasks.start(future, undefined);
        while (!root.isFinished) this.tick(root);
        return resultOf(root);
      } finally {
        this.running = false;
      }
    });
  }

  /** Shuts down without waiting for blocking calls. Idempotent. */
  close(): void {
    this.shutdownTimeout(0);
  }

  /**
   * Shuts down: drops every unfinished task once, gives blocking calls that have begun `timeoutMs` to end, then closes the
   * driver. Idempotent.
   *
   * @returns whether every blocking call came to its end
   */
  shutdownTimeout(timeoutMs: number): boolean {
    if (this.running) throw new Error("a runtime cannot be closed by one of its own tasks; let blockOn return first");
    if (this.closed) return true;
    this.closed = true;
    this.tasks.close();
    const ended = this.blocking?.close(timeoutMs) ?? true;
    this.driver.close();
    return ended;
  }

  /** For `using`: the same as `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** For a `LocalSet`, whose tasks report here. */
  reportUnobserved(error: JoinError): void {
    this.tasks.reportUnobserved(error);
  }

  private tick(root: Task<unknown>): void {
    this.tasks.run(this.pace.turns, root);
    if (root.isFinished) return;
    if (this.tasks.areWaiting) {
      this.pace.full(this.clock);
      this.driver.poll();
    } else {
      this.pace.spare();
      this.idle();
    }
    if (this.blocking?.isBusy === true) this.blocking.collect();
    this.timers.fire();
  }

  /** Waits for an event, at most until the next timer is due. */
  private idle(): void {
    const deadlineMs = this.timers.nextDeadlineMs();
    if (deadlineMs === Infinity || this.clock.skipTo === undefined) {
      this.parks++;
      this.driver.park(deadlineMs === Infinity ? Infinity : Math.max(0, deadlineMs - this.clock.nowMs()));
    } else {
      this.driver.poll();
      if (!this.tasks.areWaiting) this.clock.skipTo(deadlineMs);
    }
  }
}

function attached(pool: BlockingPool, driver: Driver): BlockingPool {
  if (driver.unparkHandle === undefined) {
    throw new Error("a blocking pool cannot wake a thread that waits in this driver: the driver has no unparkHandle");
  }
  pool.attach(driver.unparkHandle);
  return pool;
}

function resultOf<T>(root: Task<T>): T {
  try {
    return root.take();
  } catch (error) {
    throw error instanceof JoinError && error.reason === "failed" ? error.cause : error;
  }
}
