// A future polled as if by a task of its own, which counts the wakes that are meant for it.
import { Context, COOPERATIVE_BUDGET, type Future, Pending, type Poll } from "../../src/future/index.ts";
import { CountingWaker, HandDriven } from "./bench-stand.ts";

const runtime = new HandDriven();

export class Probe<T> {
  readonly future: Future<T>;
  readonly waker: CountingWaker = new CountingWaker();
  private readonly context = new Context(this.waker, runtime);

  constructor(future: Future<T>) {
    this.future = future;
  }

  get wakes(): number {
    return this.waker.wakes;
  }

  /** Polls in a new turn, so with a full budget unless another is given. */
  poll(budget: number = COOPERATIVE_BUDGET): Poll<T> {
    this.context.budget = budget;
    return this.future.poll(this.context);
  }

  /** What was left of the budget by the latest poll. */
  get budget(): number {
    return this.context.budget;
  }

  drop(): void {
    this.future.drop();
  }
}

/** The value of a future that is ready at its first poll. */
export function now<T>(future: Future<T>): T {
  const value = new Probe(future).poll();
  if (value === Pending) throw new Error("the future was expected to be ready at its first poll");
  return value;
}

/** A future that has been polled once, without success. */
export function waiting<T>(future: Future<T>): Probe<T> {
  const probe = new Probe(future);
  if (probe.poll() !== Pending) throw new Error("the future was expected to wait");
  return probe;
}
