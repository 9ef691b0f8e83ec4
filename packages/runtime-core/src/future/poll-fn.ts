// A future from its poll function alone.
import type { Context } from "./context.ts";
import { PolledAfterCompletionError } from "./errors.ts";
import { Future } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";

class PollFn<T> extends Future<T> {
  private pollOnce: ((cx: Context) => Poll<T>) | null;

  constructor(pollOnce: (cx: Context) => Poll<T>) {
    super();
    this.pollOnce = pollOnce;
  }

  override poll(cx: Context): Poll<T> {
    if (this.pollOnce === null) throw new PolledAfterCompletionError();
    let result: Poll<T>;
    try {
      result = this.pollOnce(cx);
    } catch (error) {
      this.pollOnce = null;
      throw error;
    }
    if (result !== Pending) this.pollOnce = null;
    return result;
  }

  override drop(): void {
    this.pollOnce = null;
  }
}

/** A future whose polls are calls of `pollOnce`, which must store `cx.waker` before it returns `Pending`. */
export function pollFn<T>(pollOnce: (cx: Context) => Poll<T>): Future<T> {
  return new PollFn(pollOnce);
}
