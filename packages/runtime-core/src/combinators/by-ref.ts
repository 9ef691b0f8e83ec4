// Lending a future to a combinator that drops what it is given.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

class ByRef<T> extends Future<T> {
  private lent: Future<T> | null;

  constructor(lent: Future<T>) {
    super();
    this.lent = lent;
  }

  override poll(cx: Context): Poll<T> {
    if (this.lent === null) throw new PolledAfterCompletionError();
    let result: Poll<T>;
    try {
      result = this.lent.poll(cx);
    } catch (error) {
      this.lent = null;
      throw error;
    }
    if (result !== Pending) this.lent = null;
    return result;
  }

  override drop(): void {
    this.lent = null;
  }
}

/**
 * `future`, borrowed: dropping the result leaves `future` as it is, to be polled again. So one future can take part in one
 * `select` after another, and losing does not cancel it. Its owner still has to finish or drop it; until then it may wake the
 * task that polled it last.
 */
export function byRef<T>(future: Future<T>): Future<T> {
  return new ByRef(future);
}
