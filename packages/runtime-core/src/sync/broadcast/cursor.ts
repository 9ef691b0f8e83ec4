// A receiver's place among the messages of a broadcast channel.
import type { Context } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End } from "../../stream/source.ts";
import { LaggedError } from "../channel-errors.ts";
import { Seat } from "../channel-waiting.ts";
import type { Shared } from "./shared.ts";

export class Cursor<T> {
  readonly shared: Shared<T>;
  readonly seat: Seat;
  /** The number of the next message that the receiver wants. */
  private next: number;
  private isDropped = false;

  /** Begins behind what was sent so far. */
  constructor(shared: Shared<T>) {
    this.shared = shared;
    this.seat = new Seat(shared.waiting);
    this.next = shared.tail;
    shared.receivers++;
  }

  /** How far the receiver is behind. */
  get distance(): number {
    return this.isDropped ? 0 : this.shared.tail - this.next;
  }

  /**
   * @param owner the future that waits; null when the receiver itself is polled
   * @throws LaggedError, ReceiverBusyError
   */
  poll(cx: Context, owner: object | null): Poll<T | End> {
    if (cx.exhausted()) return Pending;
    if (this.distance === 0 && !this.isOver) {
      this.seat.take(owner, cx.waker);
      return Pending;
    }
    cx.budget--;
    return this.advance();
  }

  /** To the next message; after an error, to the oldest one that is left. @throws LaggedError */
  advance(): Poll<T | End> {
    const { shared, next } = this;
    if (this.distance === 0) return this.isOver ? End : Pending;
    const missed = shared.oldest - next;
    if (missed > 0) {
      this.next = shared.oldest;
      throw new LaggedError(missed);
    }
    this.next = next + 1;
    return shared.take(next);
  }

  /** Gives up the messages that are kept for this receiver. Whoever waits is woken to see the end. */
  drop(): void {
    if (this.isDropped) return;
    const { shared } = this;
    for (let number = Math.max(this.next, shared.oldest); number < shared.tail; number++) shared.take(number);
    this.isDropped = true;
    shared.dropReceiver();
    this.seat.close();
  }

  /** Nothing more will be sent to this receiver. */
  private get isOver(): boolean {
    return this.isDropped || this.shared.senders === 0;
  }
}
