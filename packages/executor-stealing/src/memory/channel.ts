// A bounded channel in shared memory, many senders to one receiver: a ring of messages under one lock, tasks that wait for room in
// the order in which they came, and at most one that waits for a message.
//
//     [ . . M M M M . . ]   count messages from head on; granted places behind them belong to senders that were woken for them
//
// A place is granted to the sender that waits longest, so nobody overtakes it; if it does not come for it, it goes to the next
// (`forgo`). Sending and receiving are two atomic operations each when nobody waits.
//
// Both ends are counted: with the last sender gone, the receiver gets what is left and then the end; with the receiver gone,
// sending fails at once.
import type { Locks } from "./mutex.ts";
import { PoisonedError, type Wakes } from "./semaphore.ts";
import { WAIT_LIST_WORDS, type WaitLists } from "./wait-list.ts";
import type { Words } from "./words.ts";

const LOCK = 0;
const CAPACITY = 1;
const MESSAGE_WORDS = 2;
const COUNT = 3;
const HEAD = 4;
const GRANTED = 5;
const SENDERS = 6;
const RECEIVERS = 7;
const RECEIVER = 8;
const RECEIVER_GENERATION = 9;
const CLOSED = 10;
const LIST = 12;
const MESSAGES: number = LIST + WAIT_LIST_WORDS;

/** The words that a channel takes. Messages are aligned to 8 bytes if `messageWords` is even. */
export function channelWords(capacity: number, messageWords: number): number {
  return MESSAGES + capacity * messageWords;
}

/** Instead of a place for a message: the task waits. */
export const NoPlace = 0;
/** Instead of a place for a message: the other end is gone, or the channel closed. */
export const Ended = -1;

/** What one thread does with channels. A channel is the offset of its words. */
export class Channels {
  private readonly words: Words;
  private readonly locks: Locks;
  private readonly lists: WaitLists;
  private readonly wakes: Wakes;
  /** Those to wake when the lock is free again: record numbers and generations in turn. */
  private readonly woken: number[] = [];

  constructor(words: Words, locks: Locks, lists: WaitLists, wakes: Wakes) {
    this.words = words;
    this.locks = locks;
    this.lists = lists;
    this.wakes = wakes;
  }

  /** Makes one of words that are all 0, with one sender and one receiver. */
  initialise(at: number, capacity: number, messageWords: number): void {
    const { words } = this;
    words[at + CAPACITY] = capacity;
    words[at + MESSAGE_WORDS] = messageWords;
    words[at + SENDERS] = 1;
    words[at + RECEIVERS] = 1;
  }

  /** How many messages there are. */
  length(at: number): number {
    this.lock(at);
    const count = this.words[at + COUNT];
    this.locks.unlock(at + LOCK);
    return count;
  }

  /**
   * Asks for a place for a message. If there is one, the lock is held: the caller fills the place and calls `commitSend`, or
   * `cancelSend`. Otherwise, with a waiter, that one waits for its turn and is woken; if it does not ask again at its next poll,
   * it has to `forgo`.
   *
   * @param waiter 0 for one who does not wait
   * @returns the place, `NoPlace` or `Ended`
   */
  beginSend(at: number, waiter: number, generation: number): number {
    const { lists, words } = this;
    this.lock(at);
    const isOver = words[at + CLOSED] !== 0 || words[at + RECEIVERS] === 0;
    if (waiter !== 0 && lists.waitsOn(waiter) === at) {
      if (!lists.isGranted(waiter)) {
        this.locks.unlock(at + LOCK);
        return NoPlace;
      }
      lists.settle(waiter);
      words[at + GRANTED]--;
    } else if (
      !isOver &&
      (lists.first(at + LIST) !== 0 || words[at + COUNT] + words[at + GRANTED] >= words[at + CAPACITY])
    ) {
      if (waiter !== 0) lists.add(at + LIST, at, waiter, generation, 1);
      this.locks.unlock(at + LOCK);
      return NoPlace;
    }
    if (isOver) {
      this.locks.unlock(at + LOCK);
      return Ended;
    }
    const capacity = words[at + CAPACITY];
    let place = words[at + HEAD] + words[at + COUNT];
    if (place >= capacity) place -= capacity;
    return at + MESSAGES + place * words[at + MESSAGE_WORDS];
  }

  /** The message is in its place. */
  commitSend(at: number): void {
    this.words[at + COUNT]++;
    this.wakeReceiver(at);
    this.unlockAndWake(at);
  }

  /** There will be no message in the place. */
  cancelSend(at: number): void {
    this.grant(at);
    this.unlockAndWake(at);
  }

  /**
   * Asks for the oldest message. If there is one, the lock is held: the caller reads it from its place and calls `commitReceive`.
   *
   * @param waiter who is woken when there is one, instead of whoever asked before; 0 for one who does not wait
   * @returns the place, `NoPlace` or `Ended`
   */
  beginReceive(at: number, waiter: number, generation: number): number {
    const { words } = this;
    this.lock(at);
    if (words[at + COUNT] !== 0) return at + MESSAGES + words[at + HEAD] * words[at + MESSAGE_WORDS];
    const isOver = words[at + SENDERS] === 0 || words[at + CLOSED] !== 0;
    if (!isOver && waiter !== 0) {
      words[at + RECEIVER] = waiter;
      words[at + RECEIVER_GENERATION] = generation;
    }
    this.locks.unlock(at + LOCK);
    return isOver ? Ended : NoPlace;
  }

  /** The message has been read. */
  commitReceive(at: number): void {
    const { words } = this;
    const head = words[at + HEAD] + 1;
    words[at + HEAD] = head === words[at + CAPACITY] ? 0 : head;
    words[at + COUNT]--;
    this.grant(at);
    this.unlockAndWake(at);
  }

  /** The waiter does not want to send any more, or does not come for its place. */
  forgo(at: number, waiter: number): void {
    const { lists, words } = this;
    if (!this.lockIfWhole(at)) return;
    if (lists.waitsOn(waiter) === at) {
      if (lists.isGranted(waiter)) {
        words[at + GRANTED]--;
        lists.settle(waiter);
      } else {
        lists.remove(at + LIST, waiter);
      }
      this.grant(at);
    }
    this.unlockAndWake(at);
  }

  /** From now on nobody can send; what was sent can be received. */
  close(at: number): void {
    this.lock(at);
    this.closeLocked(at);
    this.unlockAndWake(at);
  }

  /** There is another sender. */
  addSender(at: number): void {
    this.lock(at);
    this.words[at + SENDERS]++;
    this.locks.unlock(at + LOCK);
  }

  /** There is another holder of the receiving end. */
  addReceiver(at: number): void {
    this.lock(at);
    this.words[at + RECEIVERS]++;
    this.locks.unlock(at + LOCK);
  }

  /** A sender is gone. @returns whether the channel has no ends any more, so that the caller frees it */
  dropSender(at: number): boolean {
    const { words } = this;
    if (!this.lockIfWhole(at)) return false;
    if (--words[at + SENDERS] === 0) this.wakeReceiver(at);
    const isUnused = words[at + SENDERS] === 0 && words[at + RECEIVERS] === 0;
    this.unlockAndWake(at);
    return isUnused;
  }

  /**
   * A holder of the receiving end is gone. With the last one, nobody can send any more, and the caller drops what is in the
   * messages: it calls `beginReceive` and `commitReceive` until there are none.
   *
   * @returns whether it was the last one
   */
  closeReceiver(at: number): boolean {
    const { words } = this;
    if (!this.lockIfWhole(at)) return false;
    const isLast = words[at + RECEIVERS] === 1;
    if (isLast) this.closeLocked(at);
    else words[at + RECEIVERS]--;
    this.unlockAndWake(at);
    return isLast;
  }

  /** The last holder of the receiving end has emptied the channel. @returns as `dropSender` */
  dropReceiver(at: number): boolean {
    const { words } = this;
    if (!this.lockIfWhole(at)) return false;
    words[at + RECEIVERS] = 0;
    const isUnused = words[at + SENDERS] === 0;
    this.unlockAndWake(at);
    return isUnused;
  }

  private closeLocked(at: number): void {
    this.words[at + CLOSED] = 1;
    for (let waiter = this.lists.first(at + LIST); waiter !== 0; waiter = this.lists.first(at + LIST)) {
      this.grantTo(at, waiter);
    }
    this.wakeReceiver(at);
  }

  private wakeReceiver(at: number): void {
    const { words } = this;
    const receiver = words[at + RECEIVER];
    if (receiver === 0) return;
    words[at + RECEIVER] = 0;
    this.woken.push(receiver, words[at + RECEIVER_GENERATION]);
  }

  /** Gives places that are free to those who wait longest. */
  private grant(at: number): void {
    const { lists, words } = this;
    while (words[at + COUNT] + words[at + GRANTED] < words[at + CAPACITY]) {
      const waiter = lists.first(at + LIST);
      if (waiter === 0) return;
      this.grantTo(at, waiter);
    }
  }

  private grantTo(at: number, waiter: number): void {
    this.lists.grant(at + LIST, waiter);
    this.words[at + GRANTED]++;
    this.woken.push(waiter, this.lists.generation(waiter));
  }

  private lock(at: number): void {
    if (!this.lockIfWhole(at)) throw new PoisonedError("channel");
  }

  /** For those who give something up: of what is of no use any more there is nothing to give up. */
  private lockIfWhole(at: number): boolean {
    if (this.locks.lock(at + LOCK)) return true;
    this.locks.poison(at + LOCK);
    return false;
  }

  private unlockAndWake(at: number): void {
    this.locks.unlock(at + LOCK);
    const { woken } = this;
    if (woken.length === 0) return;
    for (let i = 0; i < woken.length; i += 2) this.wakes.wake(woken[i], woken[i + 1]);
    woken.length = 0;
  }
}
