// The receiving ends of a broadcast channel.
import { ambient } from "../../future/ambient.ts";
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import type { End } from "../../stream/source.ts";
import { Cursor } from "./cursor.ts";
import type { Shared } from "./shared.ts";

/** Receives every message that was sent since it was made, unless it falls behind. One future can wait for it at a time. */
export class Receiver<T> {
  private readonly cursor: Cursor<T>;

  /** For the channel. @internal */
  constructor(shared: Shared<T>) {
    this.cursor = new Cursor(shared);
  }

  /**
   * The next message, or `End` when no more will come: every sender was dropped and all that was sent has been received. A wait
   * that is dropped has taken nothing. There is no blocking form: a thread that blocks keeps the senders, which are on the same
   * thread, from sending.
   *
   * @throws LaggedError when messages were overwritten before this receiver got them; receiving goes on with the oldest one left
   * @throws ReceiverBusyError when another future already waits
   */
  recv(): Future<T | End> {
    return new Recv(this.cursor);
  }

  /**
   * What `recv` would return now: a message, `Pending` when there is none yet, `End` when no more will come.
   *
   * @throws LaggedError as `recv`
   */
  tryRecv(): Poll<T | End> {
    return this.cursor.advance();
  }

  /** For futures and streams written by hand: `recv` as a poll. Only the waker of the latest poll is called. */
  pollRecv(cx: Context): Poll<T | End> {
    return this.cursor.poll(cx, null);
  }

  /** A receiver of the messages that are sent from now on, whatever this one has yet to get. */
  resubscribe(): Receiver<T> {
    return new Receiver(this.cursor.shared);
  }

  /** How many messages were sent that this receiver has not got, those included that it has missed without having been told. */
  get len(): number {
    return this.cursor.distance;
  }

  /** There is nothing to receive now. */
  get isEmpty(): boolean {
    return this.cursor.distance === 0;
  }

  /** Every sender is gone. Messages may be left. */
  get isClosed(): boolean {
    return this.cursor.shared.senders === 0;
  }

  /** How many senders were not dropped yet. */
  get senderStrongCount(): number {
    return this.cursor.shared.senders;
  }

  /** Whether both receive from the same channel. */
  sameChannel(other: Receiver<T>): boolean {
    return this.cursor.shared === other.cursor.shared;
  }

  /** Gives this receiver up, with the messages that were kept for it alone; receiving then gives `End`. Idempotent. */
  drop(): void {
    this.cursor.drop();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}

class Recv<T> extends Future<T | End> {
  /** Null once it has ended. */
  private cursor: Cursor<T> | null;

  constructor(cursor: Cursor<T>) {
    super();
    this.cursor = cursor;
  }

  override poll(cx: Context): Poll<T | End> {
    const { cursor } = this;
    if (cursor === null) throw new PolledAfterCompletionError("recv");
    // Ended also by an error.
    this.cursor = null;
    const message = cursor.poll(cx, this);
    if (message === Pending) this.cursor = cursor;
    return message;
  }

  override drop(): void {
    this.cursor?.seat.leave(this);
    this.cursor = null;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, T | End> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}
