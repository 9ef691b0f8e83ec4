// A future whose value or error another one computes from.
import { Adapter } from "../future/adapter.ts";
import type { Future } from "../future/future.ts";

class Map<T, U> extends Adapter<T, U> {
  private readonly transform: (value: T) => U;

  constructor(future: Future<T>, transform: (value: T) => U) {
    super(future);
    this.transform = transform;
  }

  protected override onValue(value: T): U {
    return this.transform(value);
  }
}

class MapErr<T> extends Adapter<T, T> {
  private readonly transform: (error: unknown) => unknown;

  constructor(future: Future<T>, transform: (error: unknown) => unknown) {
    super(future);
    this.transform = transform;
  }

  protected override onValue(value: T): T {
    return value;
  }

  protected override onError(error: unknown): T {
    throw this.transform(error);
  }
}

/** The value of `future`, transformed. An error passes by. */
export function map<T, U>(future: Future<T>, transform: (value: T) => U): Future<U> {
  return new Map(future, transform);
}

/** What `future` throws, transformed: for instance an error that says more, with the original as its `cause`. */
export function mapErr<T>(future: Future<T>, transform: (error: unknown) => unknown): Future<T> {
  return new MapErr(future, transform);
}

/** `future`, with `look` called on its value before that is returned. */
export function inspect<T>(future: Future<T>, look: (value: T) => void): Future<T> {
  return new Map(future, (value) => {
    look(value);
    return value;
  });
}

/** `future`, with `look` called on its error before that is thrown. */
export function inspectErr<T>(future: Future<T>, look: (error: unknown) => void): Future<T> {
  return new MapErr(future, (error) => {
    look(error);
    return error;
  });
}
