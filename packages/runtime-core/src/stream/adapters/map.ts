// Another item in the place of each.
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";

export class Map<T, U> implements Source<U> {
  private readonly source: Source<T>;
  private readonly change: (item: T) => U;

  constructor(source: Source<T>, change: (item: T) => U) {
    this.source = source;
    this.change = change;
  }

  pollNext(cx: Context): Poll<U | End> {
    const item = this.source.pollNext(cx);
    if (item === Pending) return Pending;
    if (item === End) return End;
    return this.change(item);
  }

  drop(): void {
    this.source.drop();
  }
}
