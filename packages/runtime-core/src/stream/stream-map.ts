// Streams with names, joined into one; which ones may change at any time.
import { dropAll } from "../combinators/drop-all.ts";
import type { Context, Waker } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { End, type Source } from "./source.ts";
import { Stream } from "./stream.ts";

/**
 * A stream of `[key, item]` from streams under keys, which may come and go. A stream that ends leaves the map. Each poll begins at
 * a random stream, so that none starves the others, and polls all that have nothing: for many streams that are rarely woken, give
 * each a task and a channel.
 *
 * It ends, for now, when it is empty. Items may follow once a stream is inserted.
 */
export class StreamMap<K, T> extends Stream<[key: K, item: T]> {
  private readonly entries: { readonly key: K; readonly source: Source<T> }[] = [];
  /** Of the task that waits for an item, so that a stream inserted meanwhile is polled. */
  private waker: Waker | null = null;

  get size(): number {
    return this.entries.length;
  }

  /** Whether a stream is there under `key`. */
  has(key: K): boolean {
    return this.indexOf(key) >= 0;
  }

  /** The keys of the streams that have not ended, in no particular order. */
  keys(): K[] {
    return this.entries.map((entry) => entry.key);
  }

  /** Adds a stream, which is polled from now on. The one that was under `key` is returned, not dropped; undefined when there was none. */
  insert(key: K, source: Source<T>): Source<T> | undefined {
    const previous = this.remove(key);
    this.entries.push({ key, source });
    const { waker } = this;
    this.waker = null;
    waker?.wake();
    return previous;
  }

  /** Takes a stream out and returns it, not dropped; undefined when there is none under `key`. */
  remove(key: K): Source<T> | undefined {
    const index = this.indexOf(key);
    return index < 0 ? undefined : this.entries.splice(index, 1)[0].source;
  }

  override pollNext(cx: Context): Poll<[key: K, item: T] | End> {
    const { entries } = this;
    this.waker = null;
    let at = entries.length === 0 ? 0 : cx.runtime.random.below(entries.length);
    for (let unpolled = entries.length; unpolled > 0; unpolled--) {
      if (at >= entries.length) at = 0;
      const { key, source } = entries[at];
      const item = source.pollNext(cx);
      if (item === Pending) at++;
      else if (item === End) entries.splice(at, 1);
      else return [key, item];
    }
    if (entries.length === 0) return End;
    this.waker = cx.waker;
    return Pending;
  }

  /** Drops the streams in the order in which they were inserted. */
  override drop(): void {
    this.waker = null;
    dropAll(this.entries.splice(0).map((entry) => entry.source));
  }

  private indexOf(key: K): number {
    return this.entries.findIndex((entry) => Object.is(entry.key, key));
  }
}
