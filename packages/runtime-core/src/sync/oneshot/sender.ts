// The sending end of a oneshot channel.
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { Closed } from "../channel-closed.ts";
import { SendError, SenderDroppedError } from "../channel-errors.ts";
import { type Exchange, Open, Sent, Unsent } from "./exchange.ts";

/** Sends one value. Dropped without having sent, it lets the receiver fail; `using` does that at the end of the block. */
export class Sender<T> {
  private readonly exchange: Exchange<T>;
  private isSpent = false;
  /** The wait that `pollClosed` goes on with. */
  private closing: Future<void> | null = null;

  /** For the channel. @internal */
  constructor(exchange: Exchange<T>) {
    this.exchange = exchange;
  }

  /**
   * Sends the value, at once. The receiver may still be dropped before it takes it.
   *
   * @throws SendError when the receiver closed the channel or was dropped; it carries the value
   * @throws SenderDroppedError when this sender has sent before or was dropped
   */
  send(value: T): void {
    if (this.isSpent) throw new SenderDroppedError();
    const { exchange } = this;
    if (exchange.state !== Open) throw new SendError(value);
    this.isSpent = true;
    exchange.value = value;
    exchange.settle(Sent);
  }

  /** Nothing can be sent any more: the receiver closed the channel or was dropped, or this sender has sent or was dropped. */
  get isClosed(): boolean {
    return this.exchange.isClosed;
  }

  /** Waits until `isClosed`: a producer can select on it to stop working for nobody. */
  closed(): Future<void> {
    return new Closed(this.exchange);
  }

  /** For futures written by hand: `closed` as a poll. Only the waker of the latest poll is called. */
  pollClosed(cx: Context): Poll<void> {
    this.closing ??= this.closed();
    const result = this.closing.poll(cx);
    if (result !== Pending) this.closing = null;
    return result;
  }

  /** Gives up sending: the receiver fails with a `RecvError`. Idempotent, also after sending. */
  drop(): void {
    this.closing?.drop();
    this.closing = null;
    if (this.isSpent) return;
    this.isSpent = true;
    if (this.exchange.state === Open) this.exchange.settle(Unsent);
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}
