// One future after another: the second is made of what came out of the first.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

class Sequel<T, U> extends Future<T | U> {
  private first: Future<T> | null;
  private second: Future<U> | null = null;
  /** What to go on with. Null where that outcome of the first is already the end. */
  private readonly onValue: ((value: T) => Future<U>) | null;
  private readonly onError: ((error: unknown) => Future<U>) | null;

  constructor(
    first: Future<T>,
    onValue: ((value: T) => Future<U>) | null,
    onError: ((error: unknown) => Future<U>) | null,
  ) {
    super();
    this.first = first;
    this.onValue = onValue;
    this.onError = onError;
  }

  override poll(cx: Context): Poll<T | U> {
    const { first, onValue, onError } = this;
    if (first === null) return this.pollSecond(cx);
    let result: Poll<T>;
    try {
      result = first.poll(cx);
    } catch (error) {
      this.first = null;
      if (onError === null) throw error;
      this.second = onError(error);
      return this.pollSecond(cx);
    }
    if (result === Pending) return Pending;
    this.first = null;
    if (onValue === null) return result;
    this.second = onValue(result);
    return this.pollSecond(cx);
  }

  private pollSecond(cx: Context): Poll<U> {
    if (this.second === null) throw new PolledAfterCompletionError();
    let result: Poll<U>;
    try {
      result = this.second.poll(cx);
    } catch (error) {
      this.second = null;
      throw error;
    }
    if (result !== Pending) this.second = null;
    return result;
  }

  override drop(): void {
    const unfinished = this.first ?? this.second;
    this.first = this.second = null;
    unfinished?.drop();
  }
}

/**
 * Runs `future`, and then the one that `next` makes of its value. An error of `future` passes by.
 *
 * Futures-rs has both this and `then`; a module that exported a function of that name would be taken for a promise by `import()`.
 */
export function andThen<T, U>(future: Future<T>, next: (value: T) => Future<U>): Future<U> {
  // A value of the first future is never the result: it always goes on to `next`.
  return new Sequel(future, next, null) as Future<unknown> as Future<U>;
}

/** Runs `future`, and when it throws, the one that `next` makes of its error. A value of `future` passes by. */
export function orElse<T, U>(future: Future<T>, next: (error: unknown) => Future<U>): Future<T | U> {
  return new Sequel<T, U>(future, null, next);
}
