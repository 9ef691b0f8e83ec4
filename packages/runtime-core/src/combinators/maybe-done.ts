// A future that keeps its own value until somebody comes for it: the part of which hand-written joins are made.
import { Adapter } from "../future/adapter.ts";
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

/** A future that keeps its value; {@link maybeDone} makes it. */
export interface MaybeDone<T> extends Future<void> {
  /** Whether the value is there to be taken. */
  readonly isDone: boolean;

  /** Is ready, as often as it is polled, while the value is there. @throws PolledAfterCompletionError once it was taken */
  poll(cx: Context): Poll<void>;

  /** Hands the value over, once; `Pending` where there is none: not yet, or not any more. */
  takeOutput(): Poll<T>;
}

class Keeping<T> extends Adapter<T, void> implements MaybeDone<T> {
  private output: Poll<T> = Pending;

  get isDone(): boolean {
    return this.output !== Pending;
  }

  protected override onValue(value: T): void {
    this.output = value;
  }

  override poll(cx: Context): Poll<void> {
    return this.output === Pending ? super.poll(cx) : undefined;
  }

  takeOutput(): Poll<T> {
    const { output } = this;
    this.output = Pending;
    return output;
  }

  override drop(): void {
    this.output = Pending;
    super.drop();
  }
}

/** A future that is ready when `future` is and then keeps the value until `takeOutput` is called. */
export function maybeDone<T>(future: Future<T>): MaybeDone<T> {
  return new Keeping(future);
}
