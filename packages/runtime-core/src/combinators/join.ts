// Waiting for several futures at once, in one task.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { capture, type Outcome } from "./capture.ts";
import { dropAll } from "./drop-all.ts";

/** The values of a tuple of futures. */
export type Outputs<F extends readonly Future<unknown>[]> = {
  -readonly [K in keyof F]: F[K] extends Future<infer T> ? T : never;
};

/** The outcomes of a tuple of futures. */
export type Outcomes<F extends readonly Future<unknown>[]> = {
  -readonly [K in keyof F]: F[K] extends Future<infer T> ? Outcome<T> : never;
};

/** How many places further each poll begins. */
const Rotating = 1;
const Biased = 0;

export class Join<T> extends Future<T[]> {
  /** A future that has finished is replaced by null. */
  private readonly futures: (Future<T> | null)[];
  private readonly values: T[];
  private waiting: number;
  private readonly rotation: typeof Rotating | typeof Biased;
  private first = 0;

  constructor(futures: readonly Future<T>[], rotation: typeof Rotating | typeof Biased = Rotating) {
    super();
    this.futures = [...futures];
    this.values = new Array<T>(futures.length);
    this.waiting = futures.length;
    this.rotation = rotation;
  }

  override poll(cx: Context): Poll<T[]> {
    if (this.waiting < 0) throw new PolledAfterCompletionError("join");
    const { futures } = this;
    const count = futures.length;
    let i = this.first;
    this.first = i + this.rotation === count ? 0 : i + this.rotation;
    for (let turn = 0; turn < count; turn++, i = i + 1 === count ? 0 : i + 1) {
      const future = futures[i];
      if (future === null) continue;
      let value: Poll<T>;
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

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, T[]> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/**
 * Runs all futures concurrently within the task that awaits and returns their values in the order of the arguments. When one
 * throws, the others are dropped in order and the error is thrown on; this is also what `try_join!` does in Rust, where
 * errors are values. {@link joinSettled} lets the others go on.
 *
 * Each poll begins with another of the futures, so that one which uses up the whole budget of the task does not starve the others.
 */
export function join<const F extends readonly Future<unknown>[]>(...futures: F): Future<Outputs<F>> {
  // The values stand where their futures stood.
  return new Join<unknown>(futures) as Future<unknown> as Future<Outputs<F>>;
}

/**
 * `join` that polls the futures in the order of the arguments each time: one that uses up the budget of the task starves the
 * later ones.
 */
export function joinBiased<const F extends readonly Future<unknown>[]>(...futures: F): Future<Outputs<F>> {
  // The values stand where their futures stood.
  return new Join<unknown>(futures, Biased) as Future<unknown> as Future<Outputs<F>>;
}

/** `join` that waits for all futures whatever becomes of them, and returns how each ended. */
export function joinSettled<const F extends readonly Future<unknown>[]>(...futures: F): Future<Outcomes<F>> {
  // The outcomes stand where their futures stood.
  return new Join(futures.map((future) => capture(future))) as Future<unknown> as Future<Outcomes<F>>;
}
