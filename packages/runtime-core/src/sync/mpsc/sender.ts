// The sending ends of a bounded channel.
import type { Future } from "../../future/future.ts";
import { SendError } from "../channel-errors.ts";
import { Reserve, ReserveMany, Send } from "./acquire.ts";
import type { Chan } from "./chan.ts";
import { Permit, Permits } from "./permit.ts";
import { SenderHandle } from "./sender-handle.ts";

/** Sends into a bounded channel. Waits while it is full; those who wait are served in the order of their first poll. */
export class Sender<T> extends SenderHandle<T> {
  /**
   * Waits for a slot and sends. A wait that is dropped has not sent, and has lost its place in line. There is no blocking form:
   * a thread that blocks keeps the receiver, which is on the same thread, from making room.
   *
   * @throws SendError when the receiver closed the channel or was dropped; it carries the message
   */
  send(message: T): Future<void> {
    return new Send(this.live(), message);
  }

  /**
   * Sends now, or says that there is no free slot: a full channel is an answer here and not an error, whose stack trace would
   * cost more than the message.
   *
   * @returns false when the message was not sent
   * @throws SendError when the channel is closed
   */
  trySend(message: T): boolean {
    const chan = this.live();
    if (chan.isSealed) throw new SendError(message);
    if (chan.free === 0) return false;
    chan.free--;
    chan.push(message);
    return true;
  }

  /**
   * Waits for a slot and reserves it.
   *
   * @throws SendError when the channel is closed; it carries no message
   */
  reserve(): Future<Permit<T>> {
    return new Reserve(this.live());
  }

  /**
   * Waits for `count` slots and reserves them together. Slots are kept for it as they come free, so that later waits with fewer
   * wishes do not get ahead.
   *
   * @throws RangeError unless `count` is an integer from 0 to the channel's capacity: more would never come free
   * @throws SendError when the channel is closed; it carries no message
   */
  reserveMany(count: number): Future<Permits<T>> {
    const chan = this.live();
    checkCount("reserveMany", count, chan.maxCapacity);
    return new ReserveMany(chan, count);
  }

  /** Reserves a slot now; null when none is free. @throws SendError when the channel is closed; it carries no message */
  tryReserve(): Permit<T> | null {
    const chan = this.live();
    return takeSlots(chan, 1) ? new Permit(chan) : null;
  }

  /**
   * Reserves `count` slots now, all of them; null when fewer are free.
   *
   * @throws RangeError unless `count` is an integer of at least 0
   * @throws SendError when the channel is closed; it carries no message
   */
  tryReserveMany(count: number): Permits<T> | null {
    const chan = this.live();
    checkCount("tryReserveMany", count, Number.MAX_SAFE_INTEGER);
    return takeSlots(chan, count) ? new Permits(chan, count) : null;
  }

  /** How many slots are free: neither taken by a message nor reserved. */
  get capacity(): number {
    return this.live().free;
  }

  /** How many slots the channel has. */
  get maxCapacity(): number {
    return this.live().maxCapacity;
  }

  /** Another sender for the same channel. */
  clone(): Sender<T> {
    const chan = this.live();
    chan.senders++;
    return new Sender(chan);
  }

  /** A sender that does not keep the channel open. This one stays as it is. */
  downgrade(): WeakSender<T> {
    return new WeakSender(this.live());
  }
}

/** Reaches a bounded channel without keeping it open. */
export class WeakSender<T> {
  private readonly chan: Chan<T>;

  /** For the channel. @internal */
  constructor(chan: Chan<T>) {
    this.chan = chan;
  }

  /** A sender, as long as there is another one, or a permit of one; null once they are all gone. */
  upgrade(): Sender<T> | null {
    const { chan } = this;
    if (!chan.hasSenders) return null;
    chan.senders++;
    return new Sender(chan);
  }
}

function takeSlots<T>(chan: Chan<T>, count: number): boolean {
  if (chan.isSealed) throw new SendError(undefined);
  if (chan.free < count) return false;
  chan.free -= count;
  return true;
}

function checkCount(what: string, count: number, most: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= most) return;
  throw new RangeError(`${what} expects an integer from 0 to ${most}, but was given ${count}`);
}
