// Items from several streams as they come. Every wake polls all that have nothing yet, which suits a handful of streams.
import { dropAll } from "../../combinators/drop-all.ts";
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";

export class Merge<T> implements Source<T> {
  /** Those that have not ended. */
  private readonly sources: Source<T>[];
  /** Which is polled first: the one after that which gave the latest item, so that each gets its turn. */
  private first = 0;

  constructor(sources: Source<T>[]) {
    this.sources = sources;
  }

  pollNext(cx: Context): Poll<T | End> {
    const { sources } = this;
    let at = this.first;
    for (let unpolled = sources.length; unpolled > 0; unpolled--) {
      if (at >= sources.length) at = 0;
      this.first = at + 1;
      const item = sources[at].pollNext(cx);
      if (item === Pending) at++;
      else if (item === End) sources.splice(at, 1);
      else return item;
    }
    return sources.length === 0 ? End : Pending;
  }

  drop(): void {
    dropAll(this.sources.splice(0));
  }
}
