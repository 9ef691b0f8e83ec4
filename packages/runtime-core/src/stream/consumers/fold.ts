// One value of a whole stream.
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";

export class Fold<T, A> extends Future<A> {
  /** Null once done. */
  private source: Source<T> | null;
  private value: A;
  private readonly add: (value: A, item: T) => A;

  constructor(source: Source<T>, initial: A, add: (value: A, item: T) => A) {
    super();
    this.source = source;
    this.value = initial;
    this.add = add;
  }

  override poll(cx: Context): Poll<A> {
    const { source } = this;
    if (source === null) throw new PolledAfterCompletionError("fold of a stream");
    try {
      for (;;) {
        const item = source.pollNext(cx);
        if (item === Pending) return Pending;
        if (item === End) break;
        this.value = this.add(this.value, item);
      }
    } catch (error) {
      this.drop();
      throw error;
    }
    this.source = null;
    return this.value;
  }

  override drop(): void {
    const { source } = this;
    this.source = null;
    source?.drop();
  }
}
