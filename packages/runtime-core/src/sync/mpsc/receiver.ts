// The receiving end of an mpsc channel.
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End } from "../../stream/source.ts";
import type { Chan } from "./chan.ts";
import { Recv, RecvMany } from "./recv.ts";

/** Receives the messages in the order in which they were sent. One future can wait for it at a time. */
export class Receiver<T> {
  private readonly chan: Chan<T>;

  /** For the channel. @internal */
  constructor(chan: Chan<T>) {
    this.chan = chan;
  }

  /**
   * The next message, or `End` when no more will come: every sender was dropped, or the channel was closed, and all that was
   * sent has been received. A wait that is dropped has taken nothing. There is no blocking form: a thread that blocks keeps the
   * senders, which are on the same thread, from sending.
   *
   * ```ts
   * for (let message = yield* receiver.recv(); message !== End; message = yield* receiver.recv()) { … }
   * ```
   *
   * @throws ReceiverBusyError when another future already waits
   */
  recv(): Future<T | End> {
    return new Recv(this.chan);
  }

  /**
   * Waits for a message, then takes it and those behind it, at most `limit` together, to the end of `into`. Costs the turn of the
   * task a single operation.
   *
   * @returns how many; 0 when no more will come, or when `limit` is 0
   * @throws RangeError unless `limit` is an integer of at least 0
   * @throws ReceiverBusyError when another future already waits
   */
  recvMany(into: T[], limit: number): Future<number> {
    checkLimit("recvMany", limit);
    return new RecvMany(this.chan, into, limit);
  }

  /** What `recv` would return now: a message, `Pending` when there is none yet, `End` when no more will come. */
  tryRecv(): Poll<T | End> {
    const { chan } = this;
    if (chan.length > 0) return chan.take();
    return chan.isOver ? End : Pending;
  }

  /** Takes the messages that there are, at most `limit`, to the end of `into`. @returns how many @throws RangeError as `recvMany` */
  tryRecvMany(into: T[], limit: number): number {
    checkLimit("tryRecvMany", limit);
    return this.chan.takeMany(into, limit);
  }

  /** For futures and streams written by hand: `recv` as a poll. Only the waker of the latest poll is called. */
  pollRecv(cx: Context): Poll<T | End> {
    return this.chan.poll(cx, null);
  }

  /** For futures and streams written by hand: `recvMany` as a poll. */
  pollRecvMany(cx: Context, into: T[], limit: number): Poll<number> {
    checkLimit("pollRecvMany", limit);
    return this.chan.pollMany(cx, null, into, limit);
  }

  /**
   * Closes the channel: nobody may begin to send any more. Messages that were sent, and those that permits are still held for,
   * are received before the end. Idempotent.
   */
  close(): void {
    this.chan.close();
  }

  /** Nobody may begin to send any more: the channel was closed, or every sender is gone. Messages may be left. */
  get isClosed(): boolean {
    return this.chan.isSealed;
  }

  /** There is no message now. */
  get isEmpty(): boolean {
    return this.chan.length === 0;
  }

  /** How many messages there are now. */
  get len(): number {
    return this.chan.length;
  }

  /** How many slots are free: neither taken by a message nor reserved. */
  get capacity(): number {
    return this.chan.free;
  }

  /** How many slots the channel has. */
  get maxCapacity(): number {
    return this.chan.maxCapacity;
  }

  /** How many senders were not dropped yet. */
  get senderStrongCount(): number {
    return this.chan.senders;
  }

  /** Closes the channel and forgets the messages that are left; receiving then gives `End`. Idempotent. */
  drop(): void {
    this.chan.dropReceiver();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}

function checkLimit(what: string, limit: number): void {
  if (Number.isInteger(limit) && limit >= 0) return;
  throw new RangeError(`${what} expects a limit of at least 0 messages, but was given ${limit}`);
}
