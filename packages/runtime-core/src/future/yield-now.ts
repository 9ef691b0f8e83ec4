// Lets the other tasks run.
import { ambient } from "./ambient.ts";
import type { Context } from "./context.ts";
import { PolledAfterCompletionError } from "./errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "./future.ts";
import { Pending, type Poll } from "./poll.ts";

const Fresh = 0;
const Yielded = 1;
const Done = 2;

/** The iterator result of every yield that is over. */
const YIELDED: IteratorReturnResult<void> = { done: true, value: undefined };

class YieldNow extends Future<void> {
  private state: typeof Fresh | typeof Yielded | typeof Done = Fresh;

  override poll(cx: Context): Poll<void> {
    if (this.state === Fresh) {
      this.state = Yielded;
      cx.waker.wake();
      return Pending;
    }
    if (this.state === Done) throw new PolledAfterCompletionError();
    this.state = Done;
    return undefined;
  }

  override drop(): void {
    this.state = Done;
  }

  /** As Future.next, for a future whose two answers are always the same and known before it is polled. */
  override next(): IteratorResult<Suspension, void> {
    const answer = this.state === Fresh ? SUSPENDED : YIELDED;
    this.poll(ambient.context ?? noContext());
    return answer;
  }
}

/** Goes to the back of the run queue once: every task that is already woken runs first. */
export function yieldNow(): Future<void> {
  return new YieldNow();
}
