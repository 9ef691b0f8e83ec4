// A value as a future.
import { PolledAfterCompletionError } from "./errors.ts";
import { Future } from "./future.ts";
import type { Poll } from "./poll.ts";

class Ready<T> extends Future<T> {
  private value: T | undefined;
  private done = false;

  constructor(value: T) {
    super();
    this.value = value;
  }

  override poll(): Poll<T> {
    if (this.done) throw new PolledAfterCompletionError();
    const value = this.value as T;
    this.drop();
    return value;
  }

  override drop(): void {
    this.done = true;
    this.value = undefined;
  }
}

/** A future that has its value at the first poll. */
export function ready<T>(value: T): Future<T> {
  return new Ready(value);
}
