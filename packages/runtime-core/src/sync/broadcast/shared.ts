// What all senders and receivers of a broadcast channel share: the latest messages, and who waits for more.
//
// Messages are numbered from 0. Number `n` lies in slot `n` modulo the number of slots, until a later message overwrites it or
// all who were to get it have: `unread` counts those.
import type { Closable } from "../channel-closed.ts";
import { wakeAll } from "../channel-waiting.ts";
import { WaitList } from "../wait-list.ts";

export class Shared<T> implements Closable {
  /** A power of two. */
  readonly slots: number;
  senders = 1;
  receivers = 0;
  /** The number of the next message. */
  tail = 0;
  readonly closers: WaitList = new WaitList();
  readonly waiting: WaitList = new WaitList();
  /** Both grow to the number of slots with the first messages: a channel with much room for few costs little. */
  private readonly messages: (T | undefined)[] = [];
  private readonly unread: number[] = [];
  private readonly mask: number;

  constructor(slots: number) {
    this.slots = slots;
    this.mask = slots - 1;
  }

  /** Nobody receives. */
  get isClosed(): boolean {
    return this.receivers === 0;
  }

  /** The number of the oldest message that is not overwritten. */
  get oldest(): number {
    return Math.max(0, this.tail - this.slots);
  }

  push(message: T): void {
    const slot = this.tail & this.mask;
    this.messages[slot] = message;
    this.unread[slot] = this.receivers;
    this.tail++;
    wakeAll(this.waiting);
  }

  /** Message `number`, for one of those who were to get it: only from `oldest` on and before `tail`. */
  take(number: number): T {
    const slot = number & this.mask;
    // Kept until the last one took it.
    const message = this.messages[slot] as T;
    if (--this.unread[slot] === 0) this.messages[slot] = undefined;
    return message;
  }

  /** How many messages somebody has yet to get. They are the latest ones: who waits for one waits for all behind it. */
  get length(): number {
    let low = this.oldest;
    let high = this.tail;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      if (this.unread[middle & this.mask] === 0) low = middle + 1;
      else high = middle;
    }
    return this.tail - low;
  }

  dropSender(): void {
    this.senders--;
    if (this.senders === 0) wakeAll(this.waiting);
  }

  dropReceiver(): void {
    this.receivers--;
    if (this.receivers === 0) wakeAll(this.closers);
  }
}
