// The least of a runtime that owns its thread: it parks on a shared word, and collects outcomes when it wakes.
import { Context, type Future, Pending, type Poll } from "@pollab/runtime-core/future";
import {
  type BlockingPool,
  enter,
  FairnessRandom,
  type JoinError,
  RunQueue,
  type Runtime,
  type Scheduler,
  Task,
} from "@pollab/runtime-core/task";
import { PausedClock, Timers } from "@pollab/runtime-core/time";

const GIVE_UP_MS = 20_000;

export class OwnedThread implements Runtime, Scheduler {
  readonly timers: Timers = new Timers(new PausedClock());
  readonly random: FairnessRandom = new FairnessRandom(1);
  readonly blocking: BlockingPool;
  readonly context: Context = new Context({ wake() {} }, this);
  readonly unobserved: JoinError[] = [];
  parks = 0;
  private readonly queue = new RunQueue();
  private readonly word = new Int32Array(new SharedArrayBuffer(4));

  constructor(pool: BlockingPool) {
    this.blocking = pool;
    pool.attach({ word: this.word });
  }

  spawn<T>(future: Future<T>): Task<T> {
    const task = new Task(future, this);
    this.schedule(task);
    return task;
  }

  /** Runs tasks, and parks when there is nothing to run, until the condition holds. Fails rather than wait for ever. */
  runUntil(condition: () => boolean): void {
    const giveUpAtMs = performance.now() + GIVE_UP_MS;
    while (!condition()) {
      const task = this.queue.shift();
      if (task !== null) {
        enter(this.context, () => task.run(this.context));
        continue;
      }
      const leftMs = giveUpAtMs - performance.now();
      if (leftMs <= 0) throw new Error("what was waited for has not happened");
      this.parks++;
      if (Atomics.exchange(this.word, 0, 0) === 0) Atomics.wait(this.word, 0, 0, leftMs);
      this.blocking.collect();
    }
  }

  /** Runs tasks until none is woken. */
  settle(): void {
    this.runUntil(() => this.queue.length === 0);
  }

  run<T>(future: Future<T>): T {
    const root = this.spawn(future);
    this.runUntil(() => root.isFinished);
    try {
      return root.take();
    } catch (error) {
      throw (error as JoinError).cause;
    }
  }

  /** Polls a future as it would be polled outside of any task. */
  poll<T>(future: Future<T>): Poll<T> | typeof Pending {
    return enter(this.context, () => future.poll(this.context));
  }

  schedule(task: Task<unknown>): void {
    this.queue.push(task);
  }

  reschedule(task: Task<unknown>): void {
    this.queue.push(task);
  }

  release(): void {}

  reportUnobserved(error: JoinError): void {
    this.unobserved.push(error);
  }
}
