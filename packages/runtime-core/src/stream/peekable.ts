// A stream whose next item can be looked at.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { pollFn } from "../future/poll-fn.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { End, type Source } from "./source.ts";
import { Stream } from "./stream.ts";

/** Made by `peekable`. */
export class Peekable<T> extends Stream<T> {
  private readonly source: Source<T>;
  /** What was looked at and not taken; otherwise `Pending`. */
  private ahead: Poll<T | End> = Pending;

  /** Use `peekable`. */
  constructor(source: Source<T>) {
    super();
    this.source = source;
  }

  override pollNext(cx: Context): Poll<T | End> {
    const item = this.pollPeek(cx);
    // The end, once seen, stays.
    if (item !== End) this.ahead = Pending;
    return item;
  }

  /** `peek` as a poll. */
  pollPeek(cx: Context): Poll<T | End> {
    if (this.ahead === Pending) this.ahead = this.source.pollNext(cx);
    return this.ahead;
  }

  /** The next item, or `End`, which stays the next. */
  peek(): Future<T | End> {
    return pollFn((cx) => this.pollPeek(cx));
  }

  /** Takes the next item if `isWanted` is true of it; otherwise it stays the next and the value is `End`. */
  nextIf(isWanted: (item: T) => boolean): Future<T | End> {
    return pollFn((cx) => {
      const item = this.pollPeek(cx);
      if (item === Pending || item === End) return item;
      if (!isWanted(item)) return End;
      this.ahead = Pending;
      return item;
    });
  }

  override drop(): void {
    this.ahead = Pending;
    this.source.drop();
  }
}

/** `source` as a stream whose next item can be looked at before it is taken. A function because the result is more than a `Stream`. */
export function peekable<T>(source: Source<T>): Peekable<T> {
  return new Peekable(source);
}
