// The current-thread executor: one run queue, one driver, one thread that is its own (nothing else of Node runs meanwhile).
//
// A tick runs woken tasks (a bounded number of them), lets the driver submit and collect, then fires timers. Only when nothing
// is woken does the thread park in the driver, until the next timer at most.
import { Context, type Future } from "@pollab/runtime-core/future";
import { enter, FairnessRandom, JoinError, Task, TaskList } from "@pollab/runtime-core/task";
import type { Driver, Executor, JoinHandle, Scheduler } from "@pollab/runtime-core/task";
import { type Clock, Timers } from "@pollab/runtime-core/time";
import { Parker } from "./parker.ts";
import { reportToStderr } from "./report-to-stderr.ts";
import { RunQueue } from "./run-queue.ts";
import { SystemClock } from "./system-clock.ts";

const DEFAULT_EVENT_INTERVAL = 256;

export interface CurrentThreadOptions {
  /** What the thread waits in; without one it can only wait for timers and for `unpark`. Closed together with the executor. */
  readonly driver?: Driver;
  readonly clock?: Clock;
  /** Polls of tasks between two looks at the driver, an integer of at least 1; 256 unless given. */
  readonly eventInterval?: number;
  /** Of the random choices that fairness needs; itself random unless given. */
  readonly seed?: number;
  /** Is told of a task that failed after its handle was dropped. Writes to stderr unless given. */
  readonly onUnobservedFailure?: (error: JoinError) => void;
}

export class CurrentThread implements Executor, Scheduler {
  readonly timers: Timers;
  readonly random: FairnessRandom;
  private readonly driver: Driver;
  private readonly clock: Clock;
  private readonly eventInterval: number;
  private readonly onUnobservedFailure: (error: JoinError) => void;
  private readonly queue = new RunQueue();
  private readonly tasks = new TaskList();
  private readonly context: Context;
  private running = false;
  private closed = false;

  constructor(options: CurrentThreadOptions = {}) {
    const { eventInterval = DEFAULT_EVENT_INTERVAL } = options;
    if (!Number.isInteger(eventInterval) || eventInterval < 1) {
      throw new RangeError(`eventInterval expects an integer of at least 1, but was given ${eventInterval}`);
    }
    this.eventInterval = eventInterval;
    this.driver = options.driver ?? new Parker();
    this.clock = options.clock ?? new SystemClock();
    this.timers = new Timers(this.clock);
    this.random = new FairnessRandom(options.seed ?? Math.random() * 0x1_0000_0000);
    this.onUnobservedFailure = options.onUnobservedFailure ?? reportToStderr;
    this.context = new Context({ wake() {} }, this);
  }

  /** Tasks that were spawned and have not finished. */
  get liveTasks(): number {
    return this.tasks.size;
  }

  /** Starts a task, which runs during `blockOn`. On a closed runtime it is dropped at once, and the handle reports `cancelled`. */
  spawn<T>(future: Future<T>): JoinHandle<T> {
    return this.start(future);
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
    return enter(this.context, () => {
      this.running = true;
      try {
        const root = this.start(future);
        while (!root.isFinished) this.tick(root);
        return this.resultOf(root);
      } finally {
        this.running = false;
      }
    });
  }

  /** Drops every unfinished task once, then closes the driver. Idempotent. */
  close(): void {
    if (this.running) throw new Error("a runtime cannot be closed by one of its own tasks; let blockOn return first");
    if (this.closed) return;
    this.closed = true;
    for (let task = this.tasks.any(); task !== null; task = this.tasks.any()) task.cancel();
    this.driver.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private start<T>(future: Future<T>): Task<T> {
    const task = new Task(future, this);
    this.tasks.add(task);
    if (this.closed) task.cancel();
    else this.queue.push(task);
    return task;
  }

  private tick(root: Task<unknown>): void {
    for (let turns = this.eventInterval; turns > 0; turns--) {
      const task = this.queue.shift();
      if (task === undefined) break;
      task.run(this.context);
      if (root.isFinished) return;
    }
    if (this.queue.length > 0) this.driver.poll();
    else this.idle();
    this.timers.fire();
  }

  /** Waits for an event, at most until the next timer is due. */
  private idle(): void {
    const deadlineMs = this.timers.nextDeadlineMs();
    if (deadlineMs === Infinity) {
      this.driver.park(Infinity);
    } else if (this.clock.skipTo === undefined) {
      this.driver.park(Math.max(0, deadlineMs - this.clock.nowMs()));
    } else {
      this.driver.poll();
      if (this.queue.length === 0) this.clock.skipTo(deadlineMs);
    }
  }

  private resultOf<T>(root: Task<T>): T {
    try {
      // A finished task is ready.
      return root.poll(this.context) as T;
    } catch (error) {
      throw error instanceof JoinError && error.reason === "failed" ? error.cause : error;
    }
  }

  // As the scheduler of its tasks.

  /** For tasks. */
  schedule(task: Task<unknown>): void {
    this.queue.push(task);
  }

  /** For tasks. */
  release(task: Task<unknown>): void {
    this.tasks.remove(task);
  }

  /** For tasks. */
  reportUnobserved(error: JoinError): void {
    this.onUnobservedFailure(error);
  }
}
