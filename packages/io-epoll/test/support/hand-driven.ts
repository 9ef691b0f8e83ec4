// The least that can poll: a waker that counts, a context to poll with, and an executor whose every step a test can see.
import { Context, type Future, type Waker } from "@pollab/runtime-core/future";
import {
  type BlockingPool,
  type Driver,
  FairnessRandom,
  type JoinError,
  type Runtime,
  type Scheduler,
  Task,
} from "@pollab/runtime-core/task";
import { Timers } from "@pollab/runtime-core/time";

const timers = new Timers({ nowMs: () => performance.now() });

export class CountingWaker implements Waker {
  wakes = 0;
  wake(): void {
    this.wakes++;
  }
}

/** A context that can poll and not spawn. */
export function contextOf(waker: Waker): Context {
  const runtime: Runtime = {
    timers,
    random: new FairnessRandom(1),
    spawn: () => {
      throw new Error("nothing here can spawn");
    },
  };
  return new Context(waker, runtime);
}

/** Runs tasks on a driver, in the order of waking. */
export class HandExecutor implements Runtime, Scheduler {
  /** For those tests that make blocking calls. */
  blocking?: BlockingPool;
  readonly timers: Timers = timers;
  readonly random: FairnessRandom = new FairnessRandom(1);
  private readonly queue: Task<unknown>[] = [];
  private readonly driver: Driver;
  private readonly context: Context;

  constructor(driver: Driver) {
    this.driver = driver;
    this.context = new Context(new CountingWaker(), this);
  }

  spawn<T>(future: Future<T>): Task<T> {
    const task = new Task(future, this);
    this.queue.push(task);
    return task;
  }

  schedule(task: Task<unknown>): void {
    this.queue.push(task);
  }

  reschedule(task: Task<unknown>): void {
    this.queue.push(task);
  }

  release(): void {}

  reportUnobserved(error: JoinError): void {
    throw error;
  }

  /** Lets the driver collect, then runs every task that is woken, until none is. */
  turn(): void {
    this.driver.poll();
    this.runWoken();
  }

  /** Runs every task that is woken, until none is. */
  runWoken(): void {
    for (let task = this.queue.shift(); task !== undefined; task = this.queue.shift()) task.run(this.context);
  }

  /** Runs until `future` has finished. Fails rather than wait for ever. */
  run<T>(future: Future<T>): T {
    const root = this.spawn(future);
    let idleParks = 0;
    while (!root.isFinished) {
      const task = this.queue.shift();
      if (task !== undefined) {
        idleParks = 0;
        task.run(this.context);
      } else {
        if (++idleParks > 10) throw new Error("nothing has happened in ten waits");
        this.driver.park(1000);
      }
    }
    // A finished task is ready.
    return root.poll(this.context) as T;
  }
}
