// Waiting for several futures at once, in one task.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { dropAll } from "./drop-all.ts";

/** The values of a tuple of futures. */
export type Outputs<F extends readonly Future<unknown>[]> = {
  -readonly [K in keyof F]: F[K] extends Future<infer T> ? T : never;
};

class Join extends Future<unknown[]> {
  /** A future that has finished is replaced by null. */
  private readonly futures: (Future<unknown> | null)[];
  private readonly values: unknown[];
  private waiting: number;

  constructor(futures: readonly Future<unknown>[]) {
    super();
    this.futures = [...futures];
    this.values = futures.map(() => undefined);
    this.waiting = futures.length;
  }

  override poll(cx: Context): Poll<unknown[]> {
    if (this.waiting < 0) throw new PolledAfterCompletionError("join");
    const { futures } = this;
    for (let i = 0; i < futures.length; i++) {
      const future = futures[i];
      if (future === null) continue;
      let value: unknown;
      try {
        value = future.poll(cx);
      } catch (error) {
        futures[i] = null;
        this.drop();
        throw error;
      }
      if (value === Pending) continue;
      futures[i] = null;
      this.values[i] = value;
      this.waiting--;
    }
    if (this.waiting > 0) return Pending;
    this.waiting = -1;
    return this.values;
  }

  override drop(): void {
    this.waiting = -1;
    dropAll(this.futures);
  }
}

/**
 * Runs all futures concurrently within the task that awaits and returns their values in the order of the arguments. When one
 * throws, the others are dropped in order and the error is thrown on.
 */
export function join<const F extends readonly Future<unknown>[]>(...futures: F): Future<Outputs<F>> {
  // The values stand where their futures stood.
  return new Join(futures) as Future<unknown> as Future<Outputs<F>>;
}
