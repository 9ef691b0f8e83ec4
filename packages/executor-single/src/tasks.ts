// The tasks of one thread: which are live, which are woken, and whose turn it is. Both ways to run them, owned and hosted, are
// built on this.
//
// Woken tasks run in the order in which they were woken, with one exception, the slot (tokio's LIFO slot): the first task that a
// running one wakes or spawns runs next, while what the two share is still in the processor's caches, and what it leaves behind
// is still young to the garbage collector. That may happen three times in a row, so tasks that wake each other for ever do not
// keep the others waiting. Several tasks woken by one poll keep their order, which they do not in tokio, where the last takes
// the slot. A task that yields never takes it.
//
// There is one queue, so there is nothing that a global-queue interval could balance.
import { Context, type Future } from "@pollab/runtime-core/future";
import { type JoinError, RunQueue, type Runtime, type Scheduler, Task, TaskList } from "@pollab/runtime-core/task";
import type { RuntimeMetrics } from "./metrics.ts";

/** How often in a row the slot may get ahead of the queue; tokio's number. */
const SLOT_TURNS = 3;

/** Owns the tasks of one runtime and gives them their turns. */
export class Tasks implements Scheduler {
  /** What tasks are polled with. */
  readonly context: Context;
  private readonly queue = new RunQueue();
  private readonly live = new TaskList();
  private readonly onUnobservedFailure: (error: JoinError) => void;
  private readonly onOutsideWake: () => void;
  /** The task that gets ahead of the queue. Null while no task runs. */
  private slot: Task<unknown> | null = null;
  /** Filled the slot and then yielded: it goes to the queue behind whoever is in the slot, which may have to go there as well. */
  private behindSlot: Task<unknown> | null = null;
  private running = false;
  /** The task that has just run is woken again and nobody else is: it need not go through the queue. */
  private isAlone = false;
  private closed = false;
  private spawned = 0;
  private polls = 0;
  /** Places in the queue that were given up by closing. */
  private discarded = 0;

  /** @param onOutsideWake is told when a task is queued while none runs. */
  constructor(runtime: Runtime, onUnobservedFailure: (error: JoinError) => void, onOutsideWake: () => void) {
    this.context = new Context({ wake() {} }, runtime);
    this.onUnobservedFailure = onUnobservedFailure;
    this.onOutsideWake = onOutsideWake;
  }

  /** Tasks that have not finished. */
  get size(): number {
    return this.live.size;
  }

  /** Whether a task is woken and waits for its turn. */
  get areWaiting(): boolean {
    return this.queue.length > 0;
  }

  /** Makes a task that is woken. After `close` it is dropped at once. */
  start<T>(future: Future<T>, name: string | undefined): Task<T> {
    const task = new Task(future, this, name);
    this.live.add(task);
    if (this.closed) {
      task.cancel();
    } else {
      this.spawned++;
      this.schedule(task);
    }
    return task;
  }

  /** Gives woken tasks their turns, at most `limit` of them, until there is none or `until` is finished. */
  run(limit: number, until: Task<unknown> | null): void {
    const { context, queue } = this;
    let left = limit;
    let task: Task<unknown> | null = null;
    this.running = true;
    try {
      while (left > 0) {
        if (this.isAlone) this.isAlone = false;
        else task = queue.shift();
        if (task === null) break;
        left--;
        task.run(context);
        if (this.slot !== null) left -= this.runSlot(Math.min(left, SLOT_TURNS), until);
        if (until !== null && until.isFinished) break;
      }
    } finally {
      this.polls += limit - left;
      this.running = false;
      if (task !== null) this.enqueueLone(task);
      this.emptySlot();
    }
  }

  /** Gives the task in the slot its turn, and then the one that it put there. @returns how many had one */
  private runSlot(limit: number, until: Task<unknown> | null): number {
    let turns = 0;
    while (turns < limit && this.slot !== null) {
      const task = this.slot;
      this.slot = null;
      this.enqueueBehindSlot();
      turns++;
      task.run(this.context);
      this.enqueueLone(task);
      if (until !== null && until.isFinished) break;
    }
    this.emptySlot();
    return turns;
  }

  /** Puts the task in the queue that did not go there because it was alone. */
  private enqueueLone(task: Task<unknown>): void {
    if (!this.isAlone) return;
    this.isAlone = false;
    this.queue.push(task);
  }

  private emptySlot(): void {
    const { slot } = this;
    this.slot = null;
    if (slot !== null) this.queue.push(slot);
    this.enqueueBehindSlot();
  }

  private enqueueBehindSlot(): void {
    const { behindSlot } = this;
    this.behindSlot = null;
    if (behindSlot !== null) this.queue.push(behindSlot);
  }

  /** Drops every unfinished task, once, the latest first. From now on every new task is dropped as well. */
  close(): void {
    this.closed = true;
    for (let task = this.live.any(); task !== null; task = this.live.any()) task.cancel();
    while (this.queue.shift() !== null) this.discarded++;
  }

  /** @param parks how often the thread has waited. */
  metrics(parks: number): RuntimeMetrics {
    const { discarded, live, polls, queue, spawned } = this;
    return {
      spawnedTasks: spawned,
      liveTasks: live.size,
      polls,
      // Every place in the queue was made by a spawn or a wake, and was used for a turn, given up, or is still there.
      wakes: polls + discarded + queue.length - spawned,
      budgetYields: this.context.budgetYields,
      parks,
    };
  }

  // As the scheduler.

  schedule(task: Task<unknown>): void {
    if (this.running && this.slot === null) {
      this.slot = task;
      return;
    }
    this.queue.push(task);
    if (!this.running) this.onOutsideWake();
  }

  reschedule(task: Task<unknown>): void {
    if (this.slot !== null) this.behindSlot = task;
    else if (this.queue.length === 0) this.isAlone = true;
    else this.queue.push(task);
  }

  release(task: Task<unknown>): void {
    this.live.remove(task);
  }

  reportUnobserved(error: JoinError): void {
    this.onUnobservedFailure(error);
  }
}
