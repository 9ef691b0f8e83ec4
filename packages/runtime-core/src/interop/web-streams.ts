// The web's streams. The way back is `ReadableStream.from(toAsyncIterable(host, stream))`.
import { dropAll } from "../combinators/drop-all.ts";
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { Source } from "../stream/source.ts";
import { Stream } from "../stream/stream.ts";
import { FromAsyncItems, type Step } from "./async-iterable.ts";
import { fromPromise } from "./from-promise.ts";

/** As much of a `ReadableStream` as is used here. */
export interface ReadableStreamLike<T> extends AsyncIterable<T> {
  /** Locks the stream. */
  getReader(): {
    /** The next item. */
    read(): PromiseLike<{ readonly done: boolean; readonly value?: unknown }>;
    /** Tells the source that nobody wants more. */
    cancel(): PromiseLike<void>;
  };
}

/** As much of a `WritableStream` as is used here. */
export interface WritableStreamLike<T> {
  /** Locks the stream. */
  getWriter(): {
    /** Hands an item over. */
    write(item: T): PromiseLike<void>;
    /** Says that no more will come. */
    close(): PromiseLike<void>;
    /** Gives the stream up. */
    abort(reason: unknown): PromiseLike<void>;
  };
}

/**
 * The items of a web stream, which is locked at the first poll. Dropping the stream before its end cancels the web stream at once,
 * even while an item is waited for, which an asynchronous iterator of it would not.
 */
export function fromReadableStream<T>(readable: ReadableStreamLike<T>): Stream<T> {
  return Stream.from(
    new FromAsyncItems(() => {
      const reader = readable.getReader();
      // A reader gives the same items as the iterator.
      return { next: () => reader.read() as PromiseLike<Step<T>>, return: () => reader.cancel() };
    }),
  );
}

class WriteTo<T> extends Future<void> {
  private readonly writable: WritableStreamLike<T>;
  private readonly items: Future<void>;
  /** Null before the first poll and once done. */
  private writer: ReturnType<WritableStreamLike<T>["getWriter"]> | null = null;
  private closing: Future<void> | null = null;
  private done = false;

  constructor(writable: WritableStreamLike<T>, items: Source<T>) {
    super();
    this.writable = writable;
    this.items = Stream.from(items).forEach((item) => fromPromise(this.lock().write(item)));
  }

  private lock(): ReturnType<WritableStreamLike<T>["getWriter"]> {
    return (this.writer ??= this.writable.getWriter());
  }

  override poll(cx: Context): Poll<void> {
    if (this.done) throw new PolledAfterCompletionError("write to a web stream");
    try {
      const writer = this.lock();
      if (this.closing === null) {
        if (this.items.poll(cx) === Pending) return Pending;
        this.closing = fromPromise(writer.close());
      }
      if (this.closing.poll(cx) === Pending) return Pending;
    } catch (error) {
      this.abort(error);
      throw error;
    }
    this.done = true;
    this.writer = null;
    return undefined;
  }

  private abort(reason: unknown): void {
    const { writer } = this;
    this.done = true;
    this.writer = null;
    dropAll([this.closing, this.items, { drop: () => void writer?.abort(reason) }]);
  }

  override drop(): void {
    if (!this.done) this.abort(undefined);
  }
}

/**
 * Writes all items to a web stream, one at a time, and closes it. When the items fail, or when this future is dropped before its
 * end, the web stream is aborted. Node's streams take part through `Writable.toWeb`.
 */
export function writeTo<T>(writable: WritableStreamLike<T>, items: Source<T>): Future<void> {
  return new WriteTo(writable, items);
}
