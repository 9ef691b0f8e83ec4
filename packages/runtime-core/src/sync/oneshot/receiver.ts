// The receiving end of a oneshot channel, which is the future of its value.
import { ambient } from "../../future/ambient.ts";
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { RecvError } from "../channel-errors.ts";
import { type Exchange, Open, Refused, Sent } from "./exchange.ts";

/**
 * The future of the value: `yield* receiver`. It throws a `RecvError` when the sender was dropped without sending, or when the
 * channel was closed before. Dropping it tells the sender that nobody wants the value.
 */
export class Receiver<T> extends Future<T> {
  /** Null once the value, or the news that there is none, was received, and after `drop`. */
  private exchange: Exchange<T> | null;

  /** For the channel. @internal */
  constructor(exchange: Exchange<T>) {
    super();
    this.exchange = exchange;
  }

  override poll(cx: Context): Poll<T> {
    const { exchange } = this;
    if (exchange === null) throw new PolledAfterCompletionError("oneshot receiver");
    if (cx.exhausted()) return Pending;
    if (exchange.state === Open) {
      exchange.receiverWaker = cx.waker;
      return Pending;
    }
    cx.budget--;
    this.exchange = null;
    if (exchange.state !== Sent) throw new RecvError();
    return exchange.takeValue();
  }

  /**
   * The value, or `Pending` when it was not sent yet. Having it, or the error, ends this future.
   *
   * @throws RecvError when it will never come, or was received before
   */
  tryRecv(): Poll<T> {
    const { exchange } = this;
    if (exchange !== null && exchange.state === Open) return Pending;
    this.exchange = null;
    if (exchange === null || exchange.state !== Sent) throw new RecvError();
    return exchange.takeValue();
  }

  /** Refuses the value, unless it was sent before: then it can still be received. Idempotent. */
  close(): void {
    const { exchange } = this;
    if (exchange === null || exchange.state !== Open) return;
    exchange.settle(Refused);
  }

  /** The value, or the news that there is none, was received, or this receiver was dropped: polling it is an error. */
  get isTerminated(): boolean {
    return this.exchange === null;
  }

  /** There is no value to take now. */
  get isEmpty(): boolean {
    return this.exchange === null || this.exchange.state !== Sent;
  }

  /** Closes, and forgets a value that was sent. */
  override drop(): void {
    const { exchange } = this;
    if (exchange === null) return;
    this.exchange = null;
    exchange.receiverWaker = null;
    if (exchange.state === Open) exchange.settle(Refused);
    exchange.value = undefined;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, T> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}
