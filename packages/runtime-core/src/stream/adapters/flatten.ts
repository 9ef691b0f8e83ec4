// Streams one after the other.
import { dropAll } from "../../combinators/drop-all.ts";
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";

export class Flatten<T> implements Source<T> {
  private readonly sources: Source<Source<T>>;
  private current: Source<T> | null = null;

  constructor(sources: Source<Source<T>>) {
    this.sources = sources;
  }

  pollNext(cx: Context): Poll<T | End> {
    for (;;) {
      if (this.current === null) {
        const next = this.sources.pollNext(cx);
        if (next === Pending || next === End) return next;
        this.current = next;
      }
      const item = this.current.pollNext(cx);
      if (item !== End) return item;
      this.current = null;
    }
  }

  drop(): void {
    const { current } = this;
    this.current = null;
    dropAll([current, this.sources]);
  }
}

/** The second stream where the first ends. */
export class Chain<T, U> implements Source<T | U> {
  private first: Source<T> | null;
  private readonly second: Source<U>;

  constructor(first: Source<T>, second: Source<U>) {
    this.first = first;
    this.second = second;
  }

  pollNext(cx: Context): Poll<T | U | End> {
    if (this.first !== null) {
      const item = this.first.pollNext(cx);
      if (item !== End) return item;
      this.first = null;
    }
    return this.second.pollNext(cx);
  }

  drop(): void {
    const { first } = this;
    this.first = null;
    dropAll([first, this.second]);
  }
}
