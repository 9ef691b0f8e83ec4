// A future for each item, one after the other.
import { dropAll } from "../../combinators/drop-all.ts";
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";

export class AndThen<T, U> implements Source<U> {
  private readonly source: Source<T>;
  private readonly start: (item: T) => Future<U>;
  /** Of the item that was taken last, until it has finished. */
  private future: Future<U> | null = null;

  constructor(source: Source<T>, start: (item: T) => Future<U>) {
    this.source = source;
    this.start = start;
  }

  pollNext(cx: Context): Poll<U | End> {
    let { future } = this;
    if (future === null) {
      const item = this.source.pollNext(cx);
      if (item === Pending) return Pending;
      if (item === End) return End;
      future = this.start(item);
    }
    this.future = null;
    const value = future.poll(cx);
    if (value === Pending) this.future = future;
    return value;
  }

  drop(): void {
    const { future } = this;
    this.future = null;
    dropAll([future, this.source]);
  }
}
