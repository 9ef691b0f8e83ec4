// An executor for tests: runs tasks over a real driver, gives up instead of waiting for ever, and says what was left over.
import { Context, type Future, Pending, type Poll } from "@pollab/runtime-core/future";
import { enter, FairnessRandom, JoinError, type Runtime, type Scheduler, Task } from "@pollab/runtime-core/task";
import { PausedClock, Timers } from "@pollab/runtime-core/time";
import { readdirSync } from "node:fs";
import { UringDriver, type UringDriverOptions } from "../../src/driver.ts";
import type { Kernel } from "../../src/kernel.ts";

const GIVE_UP_MS = 20_000;

export class TestRuntime implements Runtime, Scheduler {
  readonly driver: UringDriver;
  readonly timers: Timers = new Timers(new PausedClock());
  readonly random: FairnessRandom = new FairnessRandom(1);
  readonly context: Context = new Context({ wake() {} }, this);
  readonly #descriptors: number = openDescriptors();
  #queue: Task<unknown>[] = [];

  constructor(options: UringDriverOptions = {}, kernel?: Kernel) {
    this.driver = UringDriver.create(options, kernel);
  }

  spawn<T>(future: Future<T>): Task<T> {
    const task = new Task(future, this);
    this.#queue.push(task);
    return task;
  }

  schedule(task: Task<unknown>): void {
    this.#queue.push(task);
  }

  reschedule(task: Task<unknown>): void {
    this.#queue.push(task);
  }

  release(): void {}

  reportUnobserved(error: Error): void {
    throw error;
  }

  /** Polls once, outside of any task: for futures that are then dropped. */
  poll<T>(future: Future<T>): Poll<T> {
    return enter(this.context, () => future.poll(this.context));
  }

  /** Runs until the future is finished. @throws what it throws */
  run<T>(future: Future<T>): T {
    const root = this.spawn(future);
    this.#runUntil(() => root.isFinished, "the future did not finish");
    try {
      const result = this.poll(root);
      if (result === Pending) throw new Error("a finished task was not ready");
      return result;
    } catch (error) {
      throw error instanceof JoinError ? error.cause : error;
    }
  }

  /** Runs until the condition holds, at most for a while. */
  settle(condition: () => boolean, what: string): void {
    this.#runUntil(condition, what);
  }

  /** Closes the driver. @throws when that leaves an operation or a descriptor behind, which were not there before this runtime */
  close(): void {
    this.driver.close();
    const operations = this.driver.counters.inFlight;
    const descriptors = openDescriptors() - this.#descriptors;
    if (operations !== 0 || descriptors !== 0)
      throw new Error(`left: ${operations} operation(s), ${descriptors} descriptor(s)`);
  }

  #runUntil(condition: () => boolean, what: string): void {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    while (!condition()) {
      const tasks = this.#queue;
      this.#queue = [];
      enter(this.context, () => {
        for (const task of tasks) task.run(this.context);
      });
      if (condition()) return;
      if (performance.now() > giveUpAt) throw new Error(`${what}: ${JSON.stringify(this.driver.counters)}`);
      if (this.#queue.length > 0) this.driver.poll();
      else this.driver.park(50);
    }
  }
}

export function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}
