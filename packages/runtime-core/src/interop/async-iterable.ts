// Asynchronous iterables as streams, and back. Node's streams and the web's are such iterables.
import type { Context, Waker } from "../future/context.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { End, type Source } from "../stream/source.ts";
import { Stream } from "../stream/stream.ts";
import { FromPromise } from "./from-promise.ts";
import type { Host } from "./host.ts";

/** An item, or the end. */
export interface Step<T> {
  readonly done?: boolean | undefined;
  readonly value?: T | undefined;
}

/** As much of an asynchronous iterator as is used here. */
export interface AsyncItems<T> {
  next(): PromiseLike<Step<T>>;
  return?(): unknown;
}

export class FromAsyncItems<T> implements Source<T> {
  /** Null once it was called, which is the first poll's doing. */
  private open: (() => AsyncItems<T>) | null;
  /** Null before the first poll and after the end. */
  private items: AsyncItems<T> | null = null;
  private step: FromPromise<Step<T>> | null = null;

  constructor(open: () => AsyncItems<T>) {
    this.open = open;
  }

  pollNext(cx: Context): Poll<T | End> {
    const { open } = this;
    if (open !== null) {
      this.open = null;
      this.items = open();
    }
    const { items } = this;
    if (items === null) return End;
    const step = this.step ?? new FromPromise(() => items.next());
    // An iterator that fails has ended.
    this.step = this.items = null;
    const result = step.poll(cx);
    if (result === Pending) {
      this.step = step;
      this.items = items;
      return Pending;
    }
    if (result.done === true) return End;
    this.items = items;
    // A step that is not the last has an item.
    return result.value as T;
  }

  drop(): void {
    const { items, step } = this;
    this.open = this.items = this.step = null;
    step?.drop();
    items?.return?.();
  }
}

/**
 * The items of an asynchronous iterable, such as a Node.js `Readable` or an async generator; it is opened at the first poll and
 * asked for one item at a time. Dropping the stream before its end calls the iterator's `return`, as leaving a `for await` loop
 * does, but cannot wait for it: if that fails, the host reports an unhandled rejection. An async generator, and a `Readable` is
 * read by one, closes when the step under way has ended; `fromReadableStream(Readable.toWeb(readable))` closes at once.
 */
export function fromAsyncIterable<T>(items: AsyncIterable<T>): Stream<T> {
  return Stream.from(new FromAsyncItems<T>(() => items[Symbol.asyncIterator]()));
}

/** The next item of a stream that may be closed meanwhile. */
class NextUnlessClosed<T> extends Future<T | End> {
  private readonly iterator: Items<T>;

  constructor(iterator: Items<T>) {
    super();
    this.iterator = iterator;
  }

  override poll(cx: Context): Poll<T | End> {
    const { iterator } = this;
    iterator.waker = null;
    if (iterator.stream === null) return End;
    const item = iterator.stream.pollNext(cx);
    if (item === Pending) iterator.waker = cx.waker;
    return item;
  }
}

class Items<T> implements AsyncIterableIterator<T, undefined> {
  /** Null once closed. */
  stream: Source<T> | null;
  /** Of the wait in progress. */
  waker: Waker | null = null;
  private readonly host: Host;
  /** The latest step. The next one begins behind it: a stream has one consumer at a time. */
  private latest: Promise<unknown> = Promise.resolve();

  constructor(host: Host, stream: Source<T>) {
    this.host = host;
    this.stream = stream;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const wait = (): Promise<IteratorResult<T, undefined>> => this.take();
    const step = this.latest.then(wait, wait);
    this.latest = step;
    return step;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  private async take(): Promise<IteratorResult<T, undefined>> {
    let item: T | End;
    try {
      item = await this.host.run(new NextUnlessClosed(this));
    } catch (error) {
      this.close();
      throw error;
    }
    if (item !== End) return { done: false, value: item };
    this.close();
    return { done: true, value: undefined };
  }

  private close(): void {
    const { stream, waker } = this;
    this.stream = this.waker = null;
    waker?.wake();
    stream?.drop();
  }
}

/**
 * A stream as an asynchronous iterable, for `for await`, for Node's `Readable.from` and for `ReadableStream.from`. Items are
 * asked for one at a time, on a hosted runtime. Leaving the loop, which is `return`, drops the stream at once, even while an item
 * is waited for. An error ends it.
 */
export function toAsyncIterable<T>(host: Host, stream: Source<T>): AsyncIterableIterator<T, undefined> {
  return new Items(host, stream);
}
