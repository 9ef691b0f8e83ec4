// The stream: many values over time, where a future is one. It is lazy like a future: nothing happens but in a poll.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import type { Poll } from "../future/poll.ts";
import { Next } from "./next.ts";
import type { End, Source } from "./source.ts";

/** A lazy sequence of `T`s. Write one by hand by extending this class, or write a generator with `stream`. */
export abstract class Stream<T> implements Source<T> {
  abstract pollNext(cx: Context): Poll<T | End>;

  drop(): void {}

  [Symbol.dispose](): void {
    this.drop();
  }

  /**
   * The next item, or `End`. Dropping the wait leaves the stream as it is. In a coroutine:
   *
   * ```ts
   * for (let item = yield* items.next(); item !== End; item = yield* items.next()) { … }
   * ```
   */
  next(): Future<T | End> {
    return new Next(this);
  }
}
