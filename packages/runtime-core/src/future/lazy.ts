// A value that is computed when somebody wants it.
import type { Context } from "./context.ts";
import { PolledAfterCompletionError } from "./errors.ts";
import { Future } from "./future.ts";
import type { Poll } from "./poll.ts";

class Lazy<T> extends Future<T> {
  private compute: ((cx: Context) => T) | null;

  constructor(compute: (cx: Context) => T) {
    super();
    this.compute = compute;
  }

  override poll(cx: Context): Poll<T> {
    const { compute } = this;
    if (compute === null) throw new PolledAfterCompletionError();
    this.compute = null;
    return compute(cx);
  }

  override drop(): void {
    this.compute = null;
  }
}

/** A future whose first poll calls `compute` and is ready with what that returns. Dropped before, it never calls it. */
export function lazy<T>(compute: (cx: Context) => T): Future<T> {
  return new Lazy(compute);
}
