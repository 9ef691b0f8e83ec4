// A future that may be polled after its end.
import { Adapter } from "../future/adapter.ts";
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

/** A future that may be polled after its end; {@link fuse} makes it. */
export interface Fuse<T> extends Future<T> {
  /** Whether it has returned its value, thrown or been dropped: from then on it is `Pending` and never wakes anybody. */
  readonly isTerminated: boolean;
}

class Fused<T> extends Adapter<T, T> implements Fuse<T> {
  get isTerminated(): boolean {
    return this.future === null;
  }

  protected override onValue(value: T): T {
    return value;
  }

  override poll(cx: Context): Poll<T> {
    return this.future === null ? Pending : super.poll(cx);
  }
}

/** `future`, which once it has ended is `Pending` for ever instead of throwing a `PolledAfterCompletionError`. */
export function fuse<T>(future: Future<T>): Fuse<T> {
  return new Fused(future);
}
