// The receiving ends of a watch channel: each knows which value it has seen.
import { ambient } from "../../future/ambient.ts";
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { RecvError } from "../channel-errors.ts";
import { Seat } from "../channel-waiting.ts";
import type { Shared } from "./shared.ts";

/** Sees the latest value, and is told of changes: of the latest one, whichever came between. One future can wait for it at a time. */
export class Receiver<T> {
  private readonly shared: Shared<T>;
  /** The version that it has seen. */
  private seen: number;
  private readonly seat: Seat;
  private isDropped = false;

  /** For the channel. @param seen the version that counts as seen. @internal */
  constructor(shared: Shared<T>, seen: number) {
    this.shared = shared;
    this.seen = seen;
    this.seat = new Seat(shared.waiting);
    shared.receivers++;
  }

  /** The value. It does not count as seen by this. Nothing is locked: a sender may change it in place at any other time. */
  borrow(): T {
    return this.shared.watched.value;
  }

  /** The value, which is seen with this. */
  borrowAndUpdate(): T {
    this.seen = this.shared.version;
    return this.shared.watched.value;
  }

  /**
   * Waits for a value that was not seen, which is seen with this. A wait that is dropped has seen nothing.
   *
   * @throws RecvError when the value is seen and every sender is gone, or this receiver was dropped
   * @throws ReceiverBusyError when another future already waits
   */
  changed(): Future<void> {
    return new Changed(this, this.seat);
  }

  /**
   * Waits for a value that the predicate accepts, and returns it. It is asked about the value of now, then about each one that it
   * is woken to; those are seen with this.
   *
   * @throws what the predicate throws
   * @throws RecvError when the last value is not accepted and every sender is gone, or this receiver was dropped
   * @throws ReceiverBusyError when another future already waits
   */
  waitFor(accepts: (value: T) => boolean): Future<T> {
    return new WaitFor(this, this.shared, this.seat, accepts);
  }

  /** Whether the value was not seen. It is not compared: sending an equal one is a change. @throws RecvError when every sender is gone */
  hasChanged(): boolean {
    if (this.isClosed) throw new RecvError();
    return this.isUnseen;
  }

  /** Lets the value count as not seen. */
  markChanged(): void {
    this.seen = this.shared.version - 1;
  }

  /** Lets the value count as seen. */
  markUnchanged(): void {
    this.seen = this.shared.version;
  }

  /** Every sender is gone, or this receiver was dropped. The last value may still be unseen. */
  get isClosed(): boolean {
    return this.shared.senders === 0 || this.isDropped;
  }

  /** The value was not seen by this receiver, whether or not there are senders. */
  get isUnseen(): boolean {
    return this.seen !== this.shared.version;
  }

  /** Whether both receive from the same channel. */
  sameChannel(other: Receiver<T>): boolean {
    return this.shared === other.shared;
  }

  /** Another receiver, which has seen what this one has. */
  clone(): Receiver<T> {
    return new Receiver(this.shared, this.seen);
  }

  /** Gives this receiver up. Idempotent. */
  drop(): void {
    if (this.isDropped) return;
    this.isDropped = true;
    this.shared.dropReceiver();
    this.seat.close();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}

class Changed<T> extends Future<void> {
  /** Null once it has ended. */
  private receiver: Receiver<T> | null;
  private readonly seat: Seat;

  constructor(receiver: Receiver<T>, seat: Seat) {
    super();
    this.receiver = receiver;
    this.seat = seat;
  }

  override poll(cx: Context): Poll<void> {
    const { receiver } = this;
    if (receiver === null) throw new PolledAfterCompletionError("wait for a change");
    if (cx.exhausted()) return Pending;
    if (receiver.isUnseen) {
      cx.budget--;
      this.drop();
      receiver.markUnchanged();
      return undefined;
    }
    if (receiver.isClosed) {
      cx.budget--;
      this.drop();
      throw new RecvError();
    }
    this.seat.take(this, cx.waker);
    return Pending;
  }

  override drop(): void {
    this.receiver = null;
    this.seat.leave(this);
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, void> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

class WaitFor<T> extends Future<T> {
  /** Null once it has ended. */
  private receiver: Receiver<T> | null;
  private readonly seat: Seat;
  private readonly shared: Shared<T>;
  private readonly accepts: (value: T) => boolean;
  /** The version that the predicate was asked about. The receiver may be told of others elsewhere. */
  private asked = -1;

  constructor(receiver: Receiver<T>, shared: Shared<T>, seat: Seat, accepts: (value: T) => boolean) {
    super();
    this.receiver = receiver;
    this.shared = shared;
    this.seat = seat;
    this.accepts = accepts;
  }

  override poll(cx: Context): Poll<T> {
    const { receiver } = this;
    if (receiver === null) throw new PolledAfterCompletionError("wait for a value");
    if (cx.exhausted()) return Pending;
    try {
      while (this.asked !== this.shared.version) {
        this.asked = this.shared.version;
        const value = receiver.borrowAndUpdate();
        if (this.accepts(value)) {
          cx.budget--;
          this.drop();
          return value;
        }
      }
      if (!receiver.isClosed) {
        this.seat.take(this, cx.waker);
        return Pending;
      }
      cx.budget--;
    } catch (error) {
      this.drop();
      throw error;
    }
    this.drop();
    throw new RecvError();
  }

  override drop(): void {
    this.receiver = null;
    this.seat.leave(this);
  }
}
