// Tasks that run inside another one: a scheduler that is itself a future. The tasks end with it, they run only while it is
// polled, and all of them together are one task to the runtime, which polls, aborts and moves them as one.
import { ambient } from "../future/ambient.ts";
import { Context, type Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { JoinError } from "./join-error.ts";
import type { JoinHandle } from "./join-handle.ts";
import { RunQueue } from "./run-queue.ts";
import type { SpawnOptions } from "./runtime.ts";
import { TaskList } from "./task-list.ts";
import { type Scheduler, Task } from "./task.ts";

/** Polls of local tasks in one poll of the set, after which the runtime's other tasks have their turn; tokio's number. */
const TASKS_PER_POLL = 61;

/** `set` is the one whose tasks are being polled. */
const running: { set: LocalSet | null } = { set: null };

const noWaker: Waker = { wake() {} };

/**
 * A set of local tasks. Awaiting it runs them until none is left, after which it can be filled and awaited again; `runUntil`
 * runs them until a certain future is finished. Dropping it drops every task in it, once.
 *
 * `spawn` within a local task still starts a task of the runtime's; `spawnLocal` starts one of the set's.
 */
export class LocalSet extends Future<void> implements Scheduler {
  private readonly queue = new RunQueue();
  private readonly tasks = new TaskList();
  /** The futures that are awaited to run this set, with their wakers. */
  private readonly drivers = new Map<Future<unknown>, Waker>();
  /** What the tasks are polled with. Null before the first poll. */
  private context: Context | null = null;
  private isRunning = false;
  private dropped = false;

  /** Tasks that have not finished. */
  get size(): number {
    return this.tasks.size;
  }

  /** Starts a task in this set, from anywhere. In a set that was dropped it is dropped at once and reports `cancelled`. */
  spawnLocal<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
    const task = new Task(future, this, options?.name);
    this.tasks.add(task);
    if (this.dropped) task.cancel();
    else this.schedule(task);
    return task;
  }

  /** The same under the name by which `JoinSet` and `TaskTracker` call it. */
  spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
    return this.spawnLocal(future, options);
  }

  /** Runs the set's tasks until `future`, which may itself use `spawnLocal`, is finished. It has no budget of its own. */
  runUntil<T>(future: Future<T>): Future<T> {
    return new RunUntil(this, future);
  }

  override poll(cx: Context): Poll<void> {
    if (this.dropped) throw new PolledAfterCompletionError("LocalSet");
    this.drivers.delete(this);
    this.runTasks(cx);
    if (this.tasks.size === 0) return undefined;
    this.waitAs(this, cx);
    return Pending;
  }

  /** Drops every task. Not for one of its own tasks. */
  override drop(): void {
    if (this.dropped) return;
    if (this.isRunning) throw new Error("a LocalSet cannot be dropped by one of its own tasks; abort them instead");
    this.dropped = true;
    this.drivers.clear();
    for (let task = this.tasks.any(); task !== null; task = this.tasks.any()) task.cancel();
    while (this.queue.shift() !== null);
  }

  /** For `runUntil`: polls its future as one that is in this set, then runs the tasks. */
  pollWithin<T>(cx: Context, driver: Future<T>, future: Future<T>): Poll<T> {
    if (this.dropped) throw new PolledAfterCompletionError("LocalSet");
    this.drivers.delete(driver);
    const outer = running.set;
    running.set = this;
    let result: Poll<T> = Pending;
    try {
      result = future.poll(cx);
      if (result === Pending) this.runTasks(cx);
    } finally {
      running.set = outer;
    }
    if (result === Pending) this.waitAs(driver, cx);
    return result;
  }

  /** For `runUntil`: its future does not run the set any more. Whoever else awaits the set takes over. */
  leave(driver: Future<unknown>): void {
    this.drivers.delete(driver);
    if (this.queue.length > 0) this.wakeDriver();
  }

  private runTasks(outer: Context): void {
    if (this.context?.runtime !== outer.runtime) this.context = new Context(noWaker, outer.runtime);
    const cx = this.context;
    const { context } = ambient;
    const outerSet = running.set;
    ambient.context = cx;
    running.set = this;
    this.isRunning = true;
    try {
      for (let left = TASKS_PER_POLL; left > 0; left--) {
        const task = this.queue.shift();
        if (task === null) break;
        task.run(cx);
      }
    } finally {
      ambient.context = context;
      running.set = outerSet;
      this.isRunning = false;
    }
  }

  /** What is left to run wakes the driver at once: the runtime's other tasks have their turn first. */
  private waitAs(driver: Future<unknown>, cx: Context): void {
    this.drivers.set(driver, cx.waker);
    if (this.queue.length > 0) cx.waker.wake();
  }

  /** One is enough: when it leaves without having run the tasks, it wakes the next. */
  private wakeDriver(): void {
    for (const waker of this.drivers.values()) {
      waker.wake();
      return;
    }
  }

  // As the scheduler of its tasks.

  /** For tasks. */
  schedule(task: Task<unknown>): void {
    this.queue.push(task);
    if (!this.isRunning) this.wakeDriver();
  }

  /** For tasks. */
  reschedule(task: Task<unknown>): void {
    this.queue.push(task);
  }

  /** For tasks. */
  release(task: Task<unknown>): void {
    this.tasks.remove(task);
    // Another driver may have run the last one.
    if (this.tasks.size === 0) this.drivers.get(this)?.wake();
  }

  /** For tasks. */
  reportUnobserved(error: JoinError): void {
    this.context?.runtime.reportUnobserved?.(error);
  }
}

class RunUntil<T> extends Future<T> {
  private readonly set: LocalSet;
  /** Null once done. */
  private future: Future<T> | null;

  constructor(set: LocalSet, future: Future<T>) {
    super();
    this.set = set;
    this.future = future;
  }

  override poll(cx: Context): Poll<T> {
    const { future } = this;
    if (future === null) throw new PolledAfterCompletionError("runUntil");
    let result: Poll<T> = Pending;
    let threw = true;
    try {
      result = this.set.pollWithin(cx, this, future);
      threw = false;
    } finally {
      if (threw || result !== Pending) {
        this.future = null;
        this.set.leave(this);
      }
    }
    return result;
  }

  override drop(): void {
    const { future } = this;
    if (future === null) return;
    this.future = null;
    try {
      future.drop();
    } finally {
      this.set.leave(this);
    }
  }
}

/** Starts a task in the `LocalSet` whose tasks are being run. @throws Error outside of one */
export function spawnLocal<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
  const { set } = running;
  if (set === null) throw new Error("no LocalSet runs here; await one with `yield* set.runUntil(future)`");
  return set.spawnLocal(future, options);
}
