// A promise as a future. A promise runs by itself; the future only looks at it.
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

const Fresh = 0;
const Waiting = 1;
const Fulfilled = 2;
const Rejected = 3;
const Done = 4;

export class FromPromise<T> extends Future<T> {
  /** Null from the first poll on. */
  private start: (() => PromiseLike<T>) | null;
  private state: typeof Fresh | typeof Waiting | typeof Fulfilled | typeof Rejected | typeof Done = Fresh;
  private waker: Waker | null = null;
  /** The value or the reason. */
  private outcome: unknown = undefined;

  constructor(start: () => PromiseLike<T>) {
    super();
    this.start = start;
  }

  override poll(cx: Context): Poll<T> {
    if (this.state === Fresh) this.watch();
    if (this.state === Waiting) {
      this.waker = cx.waker;
      return Pending;
    }
    if (this.state === Done) throw new PolledAfterCompletionError("promise's future");
    const { state, outcome } = this;
    this.drop();
    if (state === Rejected) throw outcome;
    return outcome as T;
  }

  private watch(): void {
    const start = this.start as () => PromiseLike<T>;
    this.start = null;
    // A start that throws is the end.
    this.state = Done;
    const promise = start();
    this.state = Waiting;
    promise.then(
      (value) => this.settle(Fulfilled, value),
      (reason: unknown) => this.settle(Rejected, reason),
    );
  }

  private settle(state: typeof Fulfilled | typeof Rejected, outcome: unknown): void {
    if (this.state !== Waiting) return;
    this.state = state;
    this.outcome = outcome;
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }

  override drop(): void {
    this.state = Done;
    this.start = this.waker = null;
    this.outcome = undefined;
  }
}

/**
 * The value of a promise, which is under way already. It is first looked at when the future is polled: a rejection that comes
 * before that is for the host to report, as with `await`. Dropping the future cancels nothing; the outcome is then ignored.
 */
export function fromPromise<T>(promise: PromiseLike<T>): Future<T> {
  return new FromPromise(() => promise);
}

/**
 * The value of the promise that `start` returns; it is called when the future is first polled. For work that can be cancelled
 * see `fromAbortable`.
 */
export function fromPromiseFn<T>(start: () => PromiseLike<T>): Future<T> {
  return new FromPromise(start);
}
