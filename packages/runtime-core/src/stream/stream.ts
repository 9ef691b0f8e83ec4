// The stream: many values over time, where a future is one. It is lazy like a future: nothing happens but in a poll.
//
// An adapter takes its stream over, as a function takes an argument that it will not give back: afterwards only the new stream is
// used and dropped. Adapters are plain sources linked to each other; a `Stream` is the face of the outermost.
import { expectCount, expectDuration } from "./checks.ts";
import { AndThen } from "./adapters/and-then.ts";
import { Buffered, BufferUnordered } from "./adapters/buffered.ts";
import { ByRef } from "./adapters/by-ref.ts";
import { Chunks, ChunksTimeout, ReadyChunks } from "./adapters/chunks.ts";
import { Filter, FilterMap, SkipWhile } from "./adapters/filter.ts";
import { Chain, Flatten } from "./adapters/flatten.ts";
import { Fuse } from "./adapters/fuse.ts";
import { Map } from "./adapters/map.ts";
import { Merge } from "./adapters/merge.ts";
import { Take, TakeWhile } from "./adapters/take.ts";
import { Throttle } from "./adapters/throttle.ts";
import { Timeout } from "./adapters/timeout.ts";
import { Zip } from "./adapters/zip.ts";
import { Fold } from "./consumers/fold.ts";
import { ForEach } from "./consumers/for-each.ts";
import { Next } from "./consumers/next.ts";
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import type { Poll } from "../future/poll.ts";
import { dropped, type End, type ItemOf, type Source } from "./source.ts";

/**
 * A lazy sequence of `T`s. Make one from what is at hand (`iter`, `unfold`, `fromFuture`, …), write a generator with `stream`, or
 * extend this class.
 *
 * Errors are exceptions. What a source or a callback throws reaches whoever polls, in the place of one item; a stream of adapters
 * goes on afterwards if its source does. The methods that make one future of a whole stream (`fold`, `collect`, `forEach` and the
 * like) stop at the first error and drop the stream.
 */
export abstract class Stream<T> implements Source<T> {
  /** The stream of a source, which it takes over. A `Stream` is returned as it is. */
  static from<T>(source: Source<T>): Stream<T> {
    return isStream(source) ? source : new Piped(source);
  }

  abstract pollNext(cx: Context): Poll<T | End>;

  drop(): void {}

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }

  // One item at a time.

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

  /**
   * This stream lent to an adapter: `lines.byRef().take(3).collect()` takes three lines and leaves `lines` for later use. Dropping
   * the loan does not drop this stream.
   */
  byRef(): Stream<T> {
    return new Piped(new ByRef(this));
  }

  // Other items.

  /** `change(item)` in the place of each item. */
  map<U>(change: (item: T) => U): Stream<U> {
    return new Piped(new Map(sourceOf(this), change));
  }

  /**
   * The value of `start(item)`, a future, in the place of each item; one item is in work at a time. This is what others call
   * `then`; an object with a method of that name is taken for a promise by the language.
   */
  andThen<U>(start: (item: T) => Future<U>): Stream<U> {
    return new Piped(new AndThen(sourceOf(this), start));
  }

  /** Calls `look` with each item as it passes. */
  inspect(look: (item: T) => void): Stream<T> {
    return this.map((item) => {
      look(item);
      return item;
    });
  }

  /** Each item with its number, from 0 on. */
  enumerate(): Stream<[index: number, item: T]> {
    let index = 0;
    return this.map((item) => [index++, item]);
  }

  /** The intermediate values of a fold: `value = add(value, item)` for each item. */
  scan<A>(initial: A, add: (value: A, item: T) => A): Stream<A> {
    let value = initial;
    return this.map((item) => (value = add(value, item)));
  }

  // Fewer items.

  /** The items for which `isWanted` is true. A type predicate narrows the items. */
  filter<U extends T>(isWanted: (item: T) => item is U): Stream<U>;
  filter(isWanted: (item: T) => boolean): Stream<T>;
  filter(isWanted: (item: T) => boolean): Stream<T> {
    return new Piped(new Filter(sourceOf(this), isWanted));
  }

  /** `change(item)` in the place of each item; where that is `undefined`, nothing. */
  filterMap<U>(change: (item: T) => U | undefined): Stream<U> {
    return new Piped(new FilterMap<T, U>(sourceOf(this), change));
  }

  /** The first `count` items. The stream is dropped with the last of them. @throws RangeError unless `count` is an integer of at least 0 */
  take(count: number): Stream<T> {
    expectCount("take", count, 0);
    return new Piped(new Take(sourceOf(this), count));
  }

  /** The items before the first for which `isWanted` is false. The stream is dropped at that one. */
  takeWhile(isWanted: (item: T) => boolean): Stream<T> {
    return new Piped(new TakeWhile(sourceOf(this), isWanted));
  }

  /** The items after the first `count`. @throws RangeError unless `count` is an integer of at least 0 */
  skip(count: number): Stream<T> {
    expectCount("skip", count, 0);
    let remaining = count;
    return this.skipWhile(() => remaining-- > 0);
  }

  /** The items from the first on for which `isSkipped` is false. */
  skipWhile(isSkipped: (item: T) => boolean): Stream<T> {
    return new Piped(new SkipWhile(sourceOf(this), isSkipped));
  }

  /** Ends for good at the first end: for sources that may give items, or fail, when they are polled after their end. */
  fuse(): Stream<T> {
    return new Piped(new Fuse(sourceOf(this)));
  }

  // Several streams.

  /** Pairs of this stream's and the other's items, until either ends; the other one is then dropped. */
  zip<U>(other: Source<U>): Stream<[T, U]> {
    return new Piped(new Zip(sourceOf(this), sourceOf(other)));
  }

  /** The items of this stream, then those of the other. */
  chain<U>(other: Source<U>): Stream<T | U> {
    return new Piped(new Chain(sourceOf(this), sourceOf(other)));
  }

  /** The items of all the streams as they come, fairly: one that always has an item does not starve the others. */
  merge<S extends readonly Source<unknown>[]>(...others: S): Stream<T | ItemOf<S[number]>> {
    // The others give items of their types.
    const sources = [this, ...others] as Source<T | ItemOf<S[number]>>[];
    return new Piped(new Merge(sources.map(sourceOf)));
  }

  /**
   * The values of the futures that are this stream's items, in their order; at most `limit` of them run or wait for their turn.
   *
   * @throws RangeError unless `limit` is an integer of at least 1; `Infinity` is no limit.
   */
  buffered<U>(this: Source<Future<U>>, limit: number): Stream<U> {
    expectCount("buffered", limit, 1);
    return new Piped(new Buffered(sourceOf(this), limit));
  }

  /**
   * The values of the futures that are this stream's items as they come; at most `limit` of them run at a time.
   *
   * @throws RangeError unless `limit` is an integer of at least 1; `Infinity` is no limit.
   */
  bufferUnordered<U>(this: Source<Future<U>>, limit: number): Stream<U> {
    expectCount("bufferUnordered", limit, 1);
    return new Piped(new BufferUnordered(sourceOf(this), limit));
  }

  /** The items of the streams that are this one's items, one stream after the other. */
  flatten<U>(this: Source<Source<U>>): Stream<U> {
    return new Piped(new Flatten(sourceOf(this)));
  }

  // Groups of items.

  /** Arrays of `size` items; only the last one may be shorter. @throws RangeError unless `size` is an integer of at least 1 */
  chunks(size: number): Stream<T[]> {
    expectCount("chunks", size, 1);
    return new Piped(new Chunks(sourceOf(this), size));
  }

  /** Arrays of the items that are there without waiting, at least 1 and at most `size`. @throws RangeError unless `size` is an integer of at least 1 */
  readyChunks(size: number): Stream<T[]> {
    expectCount("readyChunks", size, 1);
    return new Piped(new ReadyChunks(sourceOf(this), size));
  }

  /**
   * Arrays of `size` items, or of fewer when the first of them has waited for `durationMs` milliseconds.
   *
   * @throws RangeError unless `size` is an integer of at least 1 and `durationMs` a number of at least 0
   */
  chunksTimeout(size: number, durationMs: number): Stream<T[]> {
    expectCount("chunksTimeout", size, 1);
    expectDuration("chunksTimeout", durationMs);
    return new Piped(new ChunksTimeout(sourceOf(this), size, durationMs));
  }

  // Time.

  /** At most one item in `durationMs` milliseconds: the next is not asked for earlier. @throws RangeError unless `durationMs` is at least 0 */
  throttle(durationMs: number): Stream<T> {
    expectDuration("throttle", durationMs);
    return new Piped(new Throttle(sourceOf(this), durationMs));
  }

  /**
   * Throws an `ElapsedError` when an item takes longer than `durationMs` milliseconds, counted from when it is first waited for,
   * and then goes on waiting for it without a limit. @throws RangeError unless `durationMs` is at least 0
   */
  timeout(durationMs: number): Stream<T> {
    expectDuration("timeout", durationMs);
    return new Piped(new Timeout(sourceOf(this), durationMs));
  }

  // One future of it all.

  /** `value = add(value, item)` for each item, and the last `value`. */
  fold<A>(initial: A, add: (value: A, item: T) => A): Future<A> {
    return new Fold(sourceOf(this), initial, add);
  }

  /** All items in an array. */
  collect(): Future<T[]> {
    return this.fold<T[]>([], (items, item) => {
      items.push(item);
      return items;
    });
  }

  /** The number of items. */
  count(): Future<number> {
    return this.fold(0, (count) => count + 1);
  }

  /** Calls `act` with each item; when that returns a future, awaits it before the next item is asked for. */
  forEach(act: (item: T) => void | Future<unknown>): Future<void> {
    return new ForEach(sourceOf(this), act);
  }

  /**
   * Runs the future `act(item)` for each item, at most `limit` of them at a time, within the task that awaits.
   *
   * @throws RangeError unless `limit` is an integer of at least 1; `Infinity` is no limit.
   */
  forEachConcurrent(limit: number, act: (item: T) => Future<unknown>): Future<void> {
    expectCount("forEachConcurrent", limit, 1);
    return new ForEach(new BufferUnordered(new Map(sourceOf(this), act), limit), () => {});
  }
}

/** A source with the adapters around it. */
class Piped<T> extends Stream<T> {
  source: Source<T>;

  constructor(source: Source<T>) {
    super();
    this.source = source;
  }

  override pollNext(cx: Context): Poll<T | End> {
    return this.source.pollNext(cx);
  }

  override drop(): void {
    const { source } = this;
    this.source = dropped;
    source.drop();
  }
}

/** What an adapter polls: the adapter before it itself, without its face. */
function sourceOf<T>(source: Source<T>): Source<T> {
  return isPiped(source) ? source.source : source;
}

function isPiped<T>(source: Source<T>): source is Piped<T> {
  return source instanceof Piped;
}

function isStream<T>(source: Source<T>): source is Stream<T> {
  return source instanceof Stream;
}
