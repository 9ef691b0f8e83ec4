// What the two ends of an mpsc channel share: the messages, the slots for them, who waits for either, and how it ends.
//
// A slot is free, reserved (for a permit, or for a future that waits for slots) or taken by a message:
//
//     free --acquire, assign--> reserved --push--> taken --receive--> free, or reserved for the first in line
//       ^------------------------- release ----------+ (from reserved)
//
// Whoever waits for slots waits in line, and while anyone does, no slot is free: what is released goes to the first, who is
// woken once it has all it wants. One that came later cannot overtake, also not with fewer wishes.
//
// The end, seen from the receiver: a channel is *sealed* when nobody may begin to send any more, either because the receiver
// closed it or because every sender is gone, and it is *over* when it is sealed, empty, and no slot is reserved. A permit and a
// future that waits for slots stand for the sender they came from: while there is one, the channel still has a sender.
import type { Context, Waker } from "../../future/context.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End } from "../../stream/source.ts";
import type { Closable } from "../channel-closed.ts";
import { ReceiverBusyError } from "../channel-errors.ts";
import { wakeAll } from "../channel-waiting.ts";
import { type Waiter, WaitList } from "../wait-list.ts";
import { MessageQueue } from "./message-queue.ts";

/** More than fit into an engine's array, and still a small integer: the arithmetic of an unbounded channel stays cheap. */
export const MAX_CAPACITY: number = 2 ** 30 - 1;

export class Chan<T> implements Closable {
  readonly maxCapacity: number;
  free: number;
  /** Nobody may begin to send. Never taken back. */
  isSealed = false;
  /** The receiver wants nothing more than what is on its way. */
  isClosed = false;
  senders = 1;
  readonly closers: WaitList = new WaitList();
  /** The futures that wait for slots; the note of each says how many it still lacks. */
  readonly line: WaitList = new WaitList();
  private readonly messages = new MessageQueue<T>();
  private receiverWaker: Waker | null = null;
  /** The future that `receiverWaker` belongs to; null when there is none, or the receiver is polled directly. */
  private receiving: object | null = null;
  private isReceiverDropped = false;

  constructor(capacity: number) {
    this.maxCapacity = capacity;
    this.free = capacity;
  }

  get length(): number {
    return this.messages.length;
  }

  private get reserved(): number {
    return this.maxCapacity - this.free - this.messages.length;
  }

  /** Also true while only permits, or futures that wait for slots, are left of the senders. */
  get hasSenders(): boolean {
    return this.senders > 0 || this.reserved > 0 || !this.line.isEmpty;
  }

  get isOver(): boolean {
    return (this.isSealed && this.messages.length === 0 && this.reserved === 0) || this.isReceiverDropped;
  }

  // As the senders'.

  /** Fills a slot that the caller has taken out of `free`, or that was reserved for it. */
  push(message: T): void {
    this.messages.push(message);
    if (this.receiverWaker !== null) this.wakeReceiver();
  }

  /** `push` for a slot that was reserved: the permit may have outlived its sender and even the receiver. */
  pushReserved(message: T): void {
    if (this.isReceiverDropped) {
      this.release(1);
      return;
    }
    this.push(message);
    this.settle();
  }

  /** Gives back slots that were reserved: the first in line gets them. */
  release(slots: number): void {
    this.assign(slots);
    this.settle();
  }

  /** Called whenever something that stood for a sender is gone: seals the channel after the last, and ends what is over. */
  settle(): void {
    if (!this.isSealed) {
      if (this.hasSenders) return;
      this.isSealed = true;
    }
    if (this.receiverWaker !== null && this.isOver) this.wakeReceiver();
  }

  private assign(slots: number): void {
    let rest = slots;
    while (rest > 0) {
      const first = this.line.first;
      if (first === null) {
        this.free += rest;
        return;
      }
      const given = Math.min(rest, first.note);
      first.note -= given;
      rest -= given;
      if (first.note > 0) return;
      this.line.shift();
      first.wake();
    }
  }

  /** For a future that gives up: it leaves the line, and what it already got of the `wanted` slots goes to the next. */
  leaveLine(waiter: Waiter, wanted: number): void {
    this.line.remove(waiter);
    this.release(wanted - waiter.note);
  }

  // As the receiver's.

  /**
   * @param owner the future that waits; null when the receiver itself is polled
   * @throws ReceiverBusyError when another future waits
   */
  poll(cx: Context, owner: object | null): Poll<T | End> {
    if (cx.exhausted()) return Pending;
    if (this.messages.length > 0) {
      cx.budget--;
      return this.take();
    }
    if (this.isOver) {
      cx.budget--;
      return End;
    }
    this.waitForMessages(cx, owner);
    return Pending;
  }

  /** As `poll`, for at most `limit` messages: their number, 0 at the end. */
  pollMany(cx: Context, owner: object | null, into: T[], limit: number): Poll<number> {
    if (cx.exhausted()) return Pending;
    if (limit > 0 && this.messages.length === 0 && !this.isOver) {
      this.waitForMessages(cx, owner);
      return Pending;
    }
    cx.budget--;
    return this.takeMany(into, limit);
  }

  /** Takes what there is, at most `limit`, and says how many. */
  takeMany(into: T[], limit: number): number {
    const count = Math.min(limit, this.messages.length);
    for (let left = count; left > 0; left--) into.push(this.messages.shift());
    this.assign(count);
    return count;
  }

  /** Only when there is a message. */
  take(): T {
    const message = this.messages.shift();
    if (this.line.isEmpty) this.free++;
    else this.assign(1);
    return message;
  }

  private waitForMessages(cx: Context, owner: object | null): void {
    if (this.receiving !== null && this.receiving !== owner) throw new ReceiverBusyError();
    this.receiving = owner;
    this.receiverWaker = cx.waker;
  }

  /** For a future that was dropped: does nothing unless it is the one that waits. */
  stopWaiting(owner: object): void {
    if (this.receiving !== owner) return;
    this.receiving = null;
    this.receiverWaker = null;
  }

  private wakeReceiver(): void {
    const waker = this.receiverWaker;
    this.receiving = null;
    this.receiverWaker = null;
    waker?.wake();
  }

  /** Refuses what was not yet begun. Those in line are woken to see it, and give back what they have got so far. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.isSealed = true;
    wakeAll(this.line);
    wakeAll(this.closers);
    this.settle();
  }

  /** Closes, and forgets the messages that were not received. */
  dropReceiver(): void {
    if (this.isReceiverDropped) return;
    this.isReceiverDropped = true;
    this.free += this.messages.length;
    this.messages.clear();
    this.close();
    this.wakeReceiver();
  }
}
