// The smallest streams.
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End, ended, type Source } from "../source.ts";
import { Stream } from "../stream.ts";
import { iter } from "./iter.ts";

/** A stream that ends at once. */
export function empty(): Stream<never> {
  return Stream.from(ended);
}

const never: Source<never> = {
  pollNext() {
    return Pending;
  },
  drop() {},
};

/** A stream that has nothing and never ends. */
export function pending(): Stream<never> {
  return Stream.from(never);
}

/** One item. */
export function once<T>(item: T): Stream<T> {
  return iter([item]);
}

class Repeat<T> implements Source<T> {
  private item: T;

  constructor(item: T) {
    this.item = item;
  }

  pollNext(cx: Context): Poll<T> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    return this.item;
  }

  drop(): void {}
}

/** The same item again and again. */
export function repeat<T>(item: T): Stream<T> {
  return Stream.from(new Repeat(item));
}

class FromFuture<T> implements Source<T> {
  private future: Future<T> | null;

  constructor(future: Future<T>) {
    this.future = future;
  }

  pollNext(cx: Context): Poll<T | End> {
    const { future } = this;
    if (future === null) return End;
    this.future = null;
    const value = future.poll(cx);
    if (value === Pending) this.future = future;
    return value;
  }

  drop(): void {
    const { future } = this;
    this.future = null;
    future?.drop();
  }
}

/** A stream of one item: the value of `future`. */
export function fromFuture<T>(future: Future<T>): Stream<T> {
  return Stream.from(new FromFuture(future));
}

/** A stream from its poll function alone, which keeps to the contract of `Source.pollNext`. */
export function fromPoll<T>(pollNext: (cx: Context) => Poll<T | End>): Stream<T> {
  return Stream.from({ pollNext, drop() {} });
}
