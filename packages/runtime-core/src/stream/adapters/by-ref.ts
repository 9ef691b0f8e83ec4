// A stream that is lent out: what is done to the loan leaves the owner's stream alive.
import type { Context } from "../../future/context.ts";
import type { Poll } from "../../future/poll.ts";
import { dropped, type End, type Source } from "../source.ts";

export class ByRef<T> implements Source<T> {
  private source: Source<T>;

  constructor(source: Source<T>) {
    this.source = source;
  }

  pollNext(cx: Context): Poll<T | End> {
    return this.source.pollNext(cx);
  }

  drop(): void {
    this.source = dropped;
  }
}
