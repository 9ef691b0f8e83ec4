// A runtime that is driven by hand, one task at a time, and futures that count what is done to them.
import { Context, Future, Pending, type Poll, type Waker } from "../../src/future/index.ts";
import {
  enter,
  FairnessRandom,
  type JoinError,
  type Runtime,
  type Scheduler,
  type SpawnOptions,
  Task,
} from "../../src/task/index.ts";
import { PausedClock, Timers } from "../../src/time/index.ts";

/** Counts its wakes. */
export class CountingWaker implements Waker {
  wakes = 0;
  wake(): void {
    this.wakes++;
  }
}

export class HandDriven implements Runtime, Scheduler {
  readonly clock: PausedClock = new PausedClock();
  readonly timers: Timers = new Timers(this.clock);
  readonly random: FairnessRandom = new FairnessRandom(1);
  readonly waker: CountingWaker = new CountingWaker();
  readonly context: Context = new Context(this.waker, this);
  readonly queue: Task<unknown>[] = [];
  readonly unobserved: JoinError[] = [];
  scheduled = 0;
  released = 0;

  spawn<T>(future: Future<T>, options?: SpawnOptions): Task<T> {
    const task = new Task(future, this, options?.name);
    this.schedule(task);
    return task;
  }

  schedule(task: Task<unknown>): void {
    this.scheduled++;
    this.queue.push(task);
  }

  reschedule(task: Task<unknown>): void {
    this.schedule(task);
  }

  release(): void {
    this.released++;
  }

  reportUnobserved(error: JoinError): void {
    this.unobserved.push(error);
  }

  /** Polls a future as a task of this runtime would. */
  poll<T>(future: Future<T>): Poll<T> {
    this.context.waker = this.waker;
    return enter(this.context, () => future.poll(this.context));
  }

  /** Runs the task at the head of the queue. */
  step(): void {
    const task = this.queue.shift();
    if (task === undefined) throw new Error("no task is scheduled");
    enter(this.context, () => task.run(this.context));
  }

  /** Runs tasks until none is scheduled. */
  settle(): void {
    for (let turns = 0; this.queue.length > 0; turns++) {
      if (turns > 100_000) throw new Error("the tasks do not come to rest");
      this.step();
    }
  }
}

/** Is ready when told to; counts polls and drops, and remembers the waker of the latest poll. */
export class Controlled<T> extends Future<T> {
  polls = 0;
  drops = 0;
  waker: Waker | null = null;
  private outcome: { readonly value: T } | { readonly error: unknown } | null = null;
  private readonly log: string[] | null;
  private readonly name: string;

  constructor(name = "", log: string[] | null = null) {
    super();
    this.name = name;
    this.log = log;
  }

  complete(value: T): void {
    this.outcome = { value };
    this.waker?.wake();
  }

  fail(error: unknown): void {
    this.outcome = { error };
    this.waker?.wake();
  }

  override poll(cx: Context): Poll<T> {
    this.polls++;
    this.log?.push(`poll ${this.name}`);
    if (this.outcome === null) {
      this.waker = cx.waker;
      return Pending;
    }
    this.waker = null;
    if ("error" in this.outcome) throw this.outcome.error;
    return this.outcome.value;
  }

  override drop(): void {
    this.drops++;
    this.waker = null;
    this.log?.push(`drop ${this.name}`);
  }
}

export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
