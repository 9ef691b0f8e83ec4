// Taking part in the cooperative budget: how a computation that never has to wait lets the other tasks run, and how one that
// must not be interrupted is exempted.
import { Adapter } from "./adapter.ts";
import { ambient } from "./ambient.ts";
import type { Context } from "./context.ts";
import { PolledAfterCompletionError } from "./errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";

class ConsumeBudget extends Future<void> {
  private done = false;

  override poll(cx: Context): Poll<void> {
    if (this.done) throw new PolledAfterCompletionError();
    if (cx.exhausted()) return Pending;
    cx.budget--;
    this.done = true;
    return undefined;
  }

  override drop(): void {
    this.done = true;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, void> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/**
 * Takes one from the budget of the task and is ready at once; when nothing is left, it first lets every task run that is
 * already woken. Await it in each round of a long computation: unlike `yieldNow`, most rounds go on without a break.
 */
export function consumeBudget(): Future<void> {
  return new ConsumeBudget();
}

/** Whether the poll in progress may complete further operations. Outside of a runtime there is nobody to starve: true. */
export function hasBudgetRemaining(): boolean {
  return ambient.context === null || ambient.context.budget > 0;
}

/** More than one poll can use, and still a small integer: another representation would slow every access to the field down. */
const NO_LIMIT = 0x3fff_ffff;

class Unconstrained<T> extends Adapter<T, T> {
  protected override onValue(value: T): T {
    return value;
  }

  override poll(cx: Context): Poll<T> {
    const { budget } = cx;
    cx.budget = NO_LIMIT;
    try {
      return super.poll(cx);
    } finally {
      cx.budget = budget;
    }
  }
}

/**
 * `future` without a budget: it never gives way to other tasks while it can go on, and takes nothing from the budget of what
 * runs beside it in its task. One that is always ready starves everything else.
 */
export function unconstrained<T>(future: Future<T>): Future<T> {
  return new Unconstrained(future);
}
