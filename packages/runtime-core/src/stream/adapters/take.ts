// Ending early. The source is dropped as soon as it is known that nothing more of it is wanted.
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, ended, type Source } from "../source.ts";

export class Take<T> implements Source<T> {
  private source: Source<T>;
  private remaining: number;

  constructor(source: Source<T>, count: number) {
    this.source = source;
    this.remaining = count;
  }

  pollNext(cx: Context): Poll<T | End> {
    if (this.remaining === 0) {
      this.drop();
      return End;
    }
    const item = this.source.pollNext(cx);
    if (item === Pending) return Pending;
    if (item === End) this.remaining = 0;
    else if (--this.remaining === 0) this.drop();
    return item;
  }

  drop(): void {
    const { source } = this;
    this.source = ended;
    source.drop();
  }
}

export class TakeWhile<T> implements Source<T> {
  private source: Source<T>;
  private readonly isWanted: (item: T) => boolean;

  constructor(source: Source<T>, isWanted: (item: T) => boolean) {
    this.source = source;
    this.isWanted = isWanted;
  }

  pollNext(cx: Context): Poll<T | End> {
    const item = this.source.pollNext(cx);
    if (item === Pending || item === End || this.isWanted(item)) return item;
    this.drop();
    return End;
  }

  drop(): void {
    const { source } = this;
    this.source = ended;
    source.drop();
  }
}
