// The coroutines of one worker: tasks of the ordinary kind, which stay with the thread that polled them first. They take turns in the
// order in which they were woken, between the polls of sendable tasks.
import { Context, type Future } from "@pollab/runtime-core/future";
import {
  enter,
  FairnessRandom,
  type JoinError,
  type JoinHandle,
  RunQueue,
  type Runtime,
  type Scheduler,
  type SpawnOptions,
  Task,
  TaskList,
} from "@pollab/runtime-core/task";
import { Timers } from "@pollab/runtime-core/time";

/** The runtime that coroutines find in their context: spawning there starts a task of the same worker. */
export class Coroutines implements Runtime, Scheduler {
  readonly timers: Timers = new Timers({ nowMs: () => performance.now() });
  readonly random: FairnessRandom;
  private readonly context: Context = new Context({ wake() {} }, this);
  private readonly queue = new RunQueue();
  private readonly live = new TaskList();
  private readonly report: (error: JoinError) => void;
  private closed = false;
  /** Turns that tasks had. */
  polls = 0;

  /** @param report is told of a task that failed after its handle was dropped */
  constructor(seed: number, report: (error: JoinError) => void) {
    this.random = new FairnessRandom(seed);
    this.report = report;
  }

  /** Whether one of them is woken. */
  get areWaiting(): boolean {
    return this.queue.length > 0;
  }

  /** Tasks that have not finished. */
  get size(): number {
    return this.live.size;
  }

  spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
    return this.start(future, options?.name);
  }

  /** Starts a task. After `close` it is dropped at once. */
  start<T>(future: Future<T>, name: string | undefined): Task<T> {
    const task = new Task(future, this, name);
    this.live.add(task);
    if (this.closed) task.cancel();
    else this.queue.push(task);
    return task;
  }

  /** Gives turns to at most `limit` of those that are woken. */
  run(limit: number): void {
    enter(this.context, () => {
      for (let turn = 0; turn < limit; turn++) {
        const task = this.queue.shift();
        if (task === null) return;
        this.polls++;
        task.run(this.context);
      }
    });
  }

  /** Runs what may start tasks of this worker. */
  enter<R>(body: () => R): R {
    return enter(this.context, body);
  }

  /** Drops every unfinished task, the latest first. */
  close(): void {
    this.closed = true;
    for (let task = this.live.any(); task !== null; task = this.live.any()) task.cancel();
    while (this.queue.shift() !== null);
  }

  schedule(task: Task<unknown>): void {
    this.queue.push(task);
  }

  reschedule(task: Task<unknown>): void {
    this.queue.push(task);
  }

  release(task: Task<unknown>): void {
    this.live.remove(task);
  }

  reportUnobserved(error: JoinError): void {
    this.report(error);
  }
}
