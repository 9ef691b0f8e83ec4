// The end, once reached, is final.
import type { Context } from "../../future/context.ts";
import type { Poll } from "../../future/poll.ts";
import { End, ended, type Source } from "../source.ts";

export class Fuse<T> implements Source<T> {
  private source: Source<T>;

  constructor(source: Source<T>) {
    this.source = source;
  }

  pollNext(cx: Context): Poll<T | End> {
    const item = this.source.pollNext(cx);
    if (item === End) this.source = ended;
    return item;
  }

  drop(): void {
    this.source.drop();
  }
}
