// What the adapters of one future have in common: they hold it until it has finished, and then make their outcome of its own.
import type { Context } from "./context.ts";
import { PolledAfterCompletionError } from "./errors.ts";
import { Future } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";

export abstract class Adapter<T, U> extends Future<U> {
  /** Null once it has finished or been dropped. */
  protected future: Future<T> | null;

  constructor(future: Future<T>) {
    super();
    this.future = future;
  }

  protected abstract onValue(value: T): U;

  protected onError(error: unknown): U {
    throw error;
  }

  override poll(cx: Context): Poll<U> {
    const { future } = this;
    if (future === null) throw new PolledAfterCompletionError();
    let result: Poll<T>;
    try {
      result = future.poll(cx);
    } catch (error) {
      this.future = null;
      return this.onError(error);
    }
    if (result === Pending) return Pending;
    this.future = null;
    return this.onValue(result);
  }

  override drop(): void {
    const { future } = this;
    this.future = null;
    future?.drop();
  }
}
