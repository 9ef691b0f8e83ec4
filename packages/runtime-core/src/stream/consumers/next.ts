// Awaiting one item of a stream.
import { ambient } from "../../future/ambient.ts";
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import type { End, Source } from "../source.ts";

/** Borrows the source: dropping this future drops nothing of it. */
export class Next<T> extends Future<T | End> {
  private source: Source<T> | null;

  constructor(source: Source<T>) {
    super();
    this.source = source;
  }

  override poll(cx: Context): Poll<T | End> {
    const { source } = this;
    if (source === null) throw new PolledAfterCompletionError("wait for an item");
    const item = source.pollNext(cx);
    if (item !== Pending) this.source = null;
    return item;
  }

  override drop(): void {
    this.source = null;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, T | End> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}
