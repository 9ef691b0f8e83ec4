// The items of an iterable.
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, type Source } from "../source.ts";
import { Stream } from "../stream.ts";

class Iter<T> implements Source<T> {
  /** Null once its iterator was taken, which is the first poll's doing. */
  private items: Iterable<T> | null;
  private iterator: Iterator<T> | null = null;

  constructor(items: Iterable<T>) {
    this.items = items;
  }

  pollNext(cx: Context): Poll<T | End> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    if (this.items !== null) {
      this.iterator = this.items[Symbol.iterator]();
      this.items = null;
    }
    const { iterator } = this;
    if (iterator === null) return End;
    // An iterator that throws has ended.
    this.iterator = null;
    const step = iterator.next();
    if (step.done === true) return End;
    this.iterator = iterator;
    return step.value;
  }

  drop(): void {
    const { iterator } = this;
    this.items = this.iterator = null;
    iterator?.return?.();
  }
}

/**
 * The items of an array, a `Set`, a plain generator or any other iterable, which is first asked for them when the stream is
 * polled. Dropping the stream before its end calls the iterator's `return`, as leaving a `for` loop does.
 */
export function iter<T>(items: Iterable<T>): Stream<T> {
  return Stream.from(new Iter(items));
}
