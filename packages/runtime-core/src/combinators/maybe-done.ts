// A future that keeps its own value until somebody comes for it: the part of which hand-written joins are made.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

/** What {@link maybeDone} makes. */
export class MaybeDone<T> extends Future<void> {
  private future: Future<T> | null;
  private output: Poll<T> = Pending;

  constructor(future: Future<T>) {
    super();
    this.future = future;
  }

  /** Whether the value is there to be taken. */
  get isDone(): boolean {
    return this.output !== Pending;
  }

  /** Is ready, as often as it is polled, while the value is there. @throws PolledAfterCompletionError once it was taken */
  override poll(cx: Context): Poll<void> {
    if (this.output !== Pending) return undefined;
    if (this.future === null) throw new PolledAfterCompletionError();
    let output: Poll<T>;
    try {
      output = this.future.poll(cx);
    } catch (error) {
      this.future = null;
      throw error;
    }
    if (output === Pending) return Pending;
    this.future = null;
    this.output = output;
    return undefined;
  }

  /** Hands the value over, once; `Pending` where there is none: not yet, or not any more. */
  takeOutput(): Poll<T> {
    const { output } = this;
    this.output = Pending;
    return output;
  }

  override drop(): void {
    const { future } = this;
    this.future = null;
    this.output = Pending;
    future?.drop();
  }
}

/** A future that is ready when `future` is and then keeps the value until `takeOutput` is called. */
export function maybeDone<T>(future: Future<T>): MaybeDone<T> {
  return new MaybeDone(future);
}
