// Leaving items out, in three ways. The source has the budget's check: a filter that lets nothing pass still gives way.
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";

export class Filter<T> implements Source<T> {
  private readonly source: Source<T>;
  private readonly isWanted: (item: T) => boolean;

  constructor(source: Source<T>, isWanted: (item: T) => boolean) {
    this.source = source;
    this.isWanted = isWanted;
  }

  pollNext(cx: Context): Poll<T | End> {
    for (;;) {
      const item = this.source.pollNext(cx);
      if (item === Pending || item === End || this.isWanted(item)) return item;
    }
  }

  drop(): void {
    this.source.drop();
  }
}

export class FilterMap<T, U> implements Source<U> {
  private readonly source: Source<T>;
  private readonly change: (item: T) => U | undefined;

  constructor(source: Source<T>, change: (item: T) => U | undefined) {
    this.source = source;
    this.change = change;
  }

  pollNext(cx: Context): Poll<U | End> {
    for (;;) {
      const item = this.source.pollNext(cx);
      if (item === Pending) return Pending;
      if (item === End) return End;
      const changed = this.change(item);
      if (changed !== undefined) return changed;
    }
  }

  drop(): void {
    this.source.drop();
  }
}

export class SkipWhile<T> implements Source<T> {
  private readonly source: Source<T>;
  /** Null once an item has passed: all others follow it. */
  private isSkipped: ((item: T) => boolean) | null;

  constructor(source: Source<T>, isSkipped: (item: T) => boolean) {
    this.source = source;
    this.isSkipped = isSkipped;
  }

  pollNext(cx: Context): Poll<T | End> {
    for (;;) {
      const item = this.source.pollNext(cx);
      if (this.isSkipped === null || item === Pending || item === End) return item;
      if (this.isSkipped(item)) continue;
      this.isSkipped = null;
      return item;
    }
  }

  drop(): void {
    this.source.drop();
  }
}
