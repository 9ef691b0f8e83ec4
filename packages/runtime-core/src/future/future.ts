// The future: something that may have a value later, does nothing until it is polled and nothing more once it is dropped.
// It is also its own iterator, which is how `yield*` polls it inside a coroutine without leaving the generator.
import { ambient } from "./ambient.ts";
import type { Context } from "./context.ts";
import { AwaitOutsidePollError } from "./errors.ts";
import { Pending, type Poll } from "./poll.ts";

/** What a coroutine yields while it waits; only futures produce it, so a bare `yield` does not type-check. */
export const Suspension: unique symbol = Symbol("pollab.Suspension");
export type Suspension = typeof Suspension;

/** The one iterator result of every future that is not ready. */
export const SUSPENDED: IteratorYieldResult<Suspension> = { done: false, value: Suspension };

/** A lazy computation of a `T`. Write one by hand by extending this class, or write a coroutine with `asyncFn`. */
export abstract class Future<T> {
  /**
   * Tries to finish. Returns the value, throws the failure, or returns `Pending` after storing `cx.waker` wherever the event
   * that it waits for will find it. Only the waker of the latest poll has to be called.
   *
   * @throws PolledAfterCompletionError after it has returned, thrown or been dropped.
   */
  abstract poll(cx: Context): Poll<T>;

  /** Cancels: releases every waker and registration that the future holds. Idempotent, also after completion. */
  drop(): void {}

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }

  /** For `yield*`: a future is its own iterator. */
  [Symbol.iterator](): this {
    return this;
  }

  /**
   * For `yield*`: polls in place. One call site that meets more than four classes has to look each one up, so a class whose
   * `poll` is hot overrides this with the same body.
   */
  next(_sent?: unknown): IteratorResult<Suspension, T> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  /** For `yield*`: the coroutine that awaits this future is being dropped. */
  return(value: T): IteratorResult<Suspension, T> {
    this.drop();
    return { done: true, value };
  }
}

/** Throws the error that says why there is nothing to poll with. */
export function noContext(): never {
  throw new AwaitOutsidePollError(ambient.dropping);
}

/** The context of the poll in progress. @throws AwaitOutsidePollError outside of one. */
export function currentContext(): Context {
  return ambient.context ?? noContext();
}
