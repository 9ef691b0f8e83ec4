// What the futures of this module have in common: when they are over, and what they let go of when they are dropped.
//
//     FRESH --poll--> OVER while the poll runs --wait--> WAITING --poll--> OVER ...
//
// A poll begins with `enter` and ends in OVER by returning or throwing, or in WAITING by `wait`.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending } from "../future/poll.ts";

const FRESH = 0;
const WAITING = 1;
const OVER = 2;

/** A future that leaves wakers in sources and destinations of bytes while it waits. */
export abstract class Operation<T> extends Future<T> {
  private state: typeof FRESH | typeof WAITING | typeof OVER = FRESH;

  /** Takes back the wakers that a poll which returned `Pending` has left. */
  protected abstract release(): void;

  override drop(): void {
    const { state } = this;
    this.state = OVER;
    if (state === WAITING) this.release();
  }

  protected enter(what: string): void {
    if (this.state === OVER) throw new PolledAfterCompletionError(what);
    this.state = OVER;
  }

  protected wait(): typeof Pending {
    this.state = WAITING;
    return Pending;
  }
}

/**
 * Takes one operation from the budget of a loop, unless what the loop called has done so: every turn of a loop costs something,
 * also over sources that do not count.
 */
export function charge(cx: Context, budgetBefore: number): void {
  if (cx.budget === budgetBefore) cx.budget--;
}
