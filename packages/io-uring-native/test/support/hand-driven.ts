// The smallest runtime: futures are polled by hand, and wakes are counted.
import { Context, type Future, type Poll, type Waker } from "@pollab/runtime-core/future";
import type { End, Stream } from "@pollab/runtime-core/stream";
import { enter, FairnessRandom, type Runtime, Task } from "@pollab/runtime-core/task";
import { PausedClock, Timers } from "@pollab/runtime-core/time";

export class CountingWaker implements Waker {
  wakes = 0;

  wake(): void {
    this.wakes++;
  }
}

/** Not a place for tasks: what it spawns is never run. */
class NoTasks implements Runtime {
  readonly timers: Timers = new Timers(new PausedClock());
  readonly random: FairnessRandom = new FairnessRandom(1);

  spawn<T>(future: Future<T>): Task<T> {
    return new Task(future, { schedule() {}, reschedule() {}, release() {}, reportUnobserved() {} });
  }
}

const NO_TASKS = new NoTasks();

/** One stream with the waker that it is polled with. */
export class PolledStream<T> {
  readonly waker: CountingWaker = new CountingWaker();
  readonly stream: Stream<T>;
  readonly #context: Context = new Context(this.waker, NO_TASKS);

  constructor(stream: Stream<T>) {
    this.stream = stream;
  }

  poll(): Poll<T | End> {
    return enter(this.#context, () => this.stream.pollNext(this.#context));
  }

  drop(): void {
    this.stream.drop();
  }
}

/** One future with the waker that it is polled with. */
export class Polled<T> {
  readonly waker: CountingWaker = new CountingWaker();
  readonly future: Future<T>;
  readonly #context: Context = new Context(this.waker, NO_TASKS);

  constructor(future: Future<T>) {
    this.future = future;
  }

  poll(): Poll<T> {
    return enter(this.#context, () => this.future.poll(this.#context));
  }

  drop(): void {
    this.future.drop();
  }
}
