// A future that may be polled after its end.
import type { Context } from "../future/context.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

/** What {@link fuse} makes. */
export class Fuse<T> extends Future<T> {
  private future: Future<T> | null;

  constructor(future: Future<T>) {
    super();
    this.future = future;
  }

  /** Whether it has returned its value, thrown or been dropped: from then on it is `Pending` and never wakes anybody. */
  get isTerminated(): boolean {
    return this.future === null;
  }

  override poll(cx: Context): Poll<T> {
    if (this.future === null) return Pending;
    let result: Poll<T>;
    try {
      result = this.future.poll(cx);
    } catch (error) {
      this.future = null;
      throw error;
    }
    if (result !== Pending) this.future = null;
    return result;
  }

  override drop(): void {
    const { future } = this;
    this.future = null;
    future?.drop();
  }
}

/** `future`, which once it has ended is `Pending` for ever instead of throwing a `PolledAfterCompletionError`. */
export function fuse<T>(future: Future<T>): Fuse<T> {
  return new Fuse(future);
}
