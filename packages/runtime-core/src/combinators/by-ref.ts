// Lending a future to a combinator that drops what it is given.
import { Adapter } from "../future/adapter.ts";
import type { Future } from "../future/future.ts";

class ByRef<T> extends Adapter<T, T> {
  protected override onValue(value: T): T {
    return value;
  }

  override drop(): void {
    this.future = null;
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
