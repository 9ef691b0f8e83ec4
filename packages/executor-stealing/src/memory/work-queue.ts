// The local run queue: one worker pushes at the tail and pops at the head, the others steal half of it from the head. A ring, as
// in tokio's multi-thread scheduler and in Go's, in which first come is first served.
//
//           head                    tail
//    [ .  .  A  B  C  D  E  F  G  H  .  . ]     indices grow for ever and wrap at 2^32: (tail - head) | 0 is the length
//         ^  |--- a thief claims ---|
//       the entries from which a thief still copies lie before head
//
// head:  moved by compareExchange only: by the owner for one entry, by a thief for half of them. Whoever moves it owns the
//        entries in between and reads them afterwards.
// tail:  stored by the owner only; publishes the entries before it.
// thief: the id of the thief that is at work, or 0. There is one at a time, and while there is, the owner reuses no entry: the
//        thief may not have copied it yet. The thief stores 0 when it has.
//
// Entries are plain words: the owner writes one before it publishes it and after every reader is done with it. Atomics are slow, so
// the owner keeps its own copies: of the tail, which only it moves; of the head as last seen, which can only have grown, so "empty"
// by the copy is empty; and of how far entries are known to be free for reuse.
import { assertPowerOfTwo, LINE_WORDS, type Words } from "./words.ts";

const HEAD = 0;
const THIEF = LINE_WORDS;
const TAIL = 2 * LINE_WORDS;
const ENTRIES = 3 * LINE_WORDS;

/** More would let one overflow fill too much of the inject queue at once; tokio has 256. */
export const MAX_QUEUE_CAPACITY: number = 1 << 15;

/** The words that a queue takes. */
export function workQueueWords(capacity: number): number {
  return ENTRIES + capacity;
}

/** Where entries go that a full queue has no room for. */
export interface Overflow {
  /** Takes `count` entries of `buffer`, from `start` on; valid during the call only. */
  pushBatch(buffer: Int32Array, start: number, count: number): void;
}

/** The queue as its owner sees it. Entries are positive numbers. One thread at a time has one of these for the same words. */
export class WorkQueue {
  private readonly words: Words;
  private readonly at: number;
  private readonly mask: number;
  /** Where entries spill to; reused. */
  private readonly spilled: Int32Array;
  private head: number;
  private tail: number;
  /** Every entry before this index is free: no thief copies from it any more. */
  private reusable: number;

  /** @param capacity a power of two */
  constructor(words: Words, at: number, capacity: number) {
    assertPowerOfTwo("the capacity of a work queue", capacity, MAX_QUEUE_CAPACITY);
    this.words = words;
    this.at = at;
    this.mask = capacity - 1;
    this.spilled = new Int32Array(capacity / 2 + 1);
    this.head = Atomics.load(words, at + HEAD);
    this.tail = Atomics.load(words, at + TAIL);
    // Thieves that were at work before this owner came are noticed at the first push.
    this.reusable = (this.tail - capacity) | 0;
  }

  /** At most how many entries there are: thieves may have taken some. */
  get length(): number {
    return (this.tail - this.head) | 0;
  }

  /** Adds an entry. When there is no room, it goes to `overflow`, with half of the queue unless a thief is about to make room. */
  push(entry: number, overflow: Overflow): void {
    if (((this.tail - this.reusable) | 0) > this.mask && !this.makeRoom(entry, overflow)) return;
    const { tail } = this;
    this.words[this.at + ENTRIES + (tail & this.mask)] = entry;
    this.tail = (tail + 1) | 0;
    Atomics.store(this.words, this.at + TAIL, this.tail);
  }

  /** Adds the first `count` entries of `buffer`, which become visible together. The same as `push` of each when there is no room. */
  pushMany(buffer: Int32Array, count: number, overflow: Overflow): void {
    const length = (this.tail - this.reusable) | 0;
    if (length + count > this.mask + 1 && this.room() < count) {
      for (let i = 0; i < count; i++) this.push(buffer[i], overflow);
      return;
    }
    for (let i = 0; i < count; i++) this.stage(i, buffer[i]);
    this.publish(count);
  }

  /** @returns whether there is room for the entry now; otherwise it has been put into `overflow` */
  private makeRoom(entry: number, overflow: Overflow): boolean {
    for (;;) {
      this.head = Atomics.load(this.words, this.at + HEAD);
      // In this order: a thief whose claim shows in the head is seen here, or has copied what it claimed.
      const stealing = Atomics.load(this.words, this.at + THIEF) !== 0;
      if (!stealing) {
        this.reusable = this.head;
        if (((this.tail - this.head) | 0) <= this.mask) return true;
        if (!this.spill(entry, overflow)) continue;
      } else {
        this.spilled[0] = entry;
        overflow.pushBatch(this.spilled, 0, 1);
      }
      return false;
    }
  }

  /**
   * Moves the younger half of the full queue, and the entry, to `overflow`: what comes from there is put at the head, so it is
   * not sent back before it had its turn. Claims all, then publishes the older half again: in a full ring, the indices that follow
   * the tail stand for the same places as those that follow the head.
   *
   * @returns false when a thief was faster, and there may be room
   */
  private spill(entry: number, overflow: Overflow): boolean {
    const { head, mask, spilled, tail, words } = this;
    if (Atomics.compareExchange(words, this.at + HEAD, head, tail) !== head) return false;
    const half = (mask + 1) / 2;
    for (let i = 0; i < half; i++) spilled[i] = words[this.at + ENTRIES + ((head + half + i) & mask)];
    spilled[half] = entry;
    this.head = tail;
    this.tail = (tail + half) | 0;
    this.reusable = tail;
    Atomics.store(words, this.at + TAIL, this.tail);
    overflow.pushBatch(spilled, 0, half + 1);
    return true;
  }

  /** Takes the entry that has waited longest; 0 when there is none. */
  pop(): number {
    const { tail } = this;
    for (;;) {
      const { head } = this;
      if (head === tail) return 0;
      const seen = Atomics.compareExchange(this.words, this.at + HEAD, head, (head + 1) | 0);
      if (seen === head) {
        this.head = (head + 1) | 0;
        return this.words[this.at + ENTRIES + (head & this.mask)];
      }
      this.head = seen;
    }
  }

  /** How many entries could be pushed without an overflow. */
  room(): number {
    this.head = Atomics.load(this.words, this.at + HEAD);
    if (Atomics.load(this.words, this.at + THIEF) === 0) this.reusable = this.head;
    return (this.mask + 1 - ((this.tail - this.reusable) | 0)) | 0;
  }

  /** For thieves and others who bring several: writes an entry behind those that are published. There must be `room` for it. */
  stage(position: number, entry: number): void {
    this.words[this.at + ENTRIES + ((this.tail + position) & this.mask)] = entry;
  }

  /** Publishes the first `count` staged entries. */
  publish(count: number): void {
    if (count === 0) return;
    this.tail = (this.tail + count) | 0;
    Atomics.store(this.words, this.at + TAIL, this.tail);
  }
}

/**
 * What is in a queue, when nobody works with it. Ends the work of a thief that died: what it had claimed and not taken is in no
 * queue then.
 */
export function restingEntries(words: Words, at: number, capacity: number): number[] {
  Atomics.store(words, at + THIEF, 0);
  const head = Atomics.load(words, at + HEAD);
  const length = (Atomics.load(words, at + TAIL) - head) | 0;
  return Array.from({ length }, (_, i) => words[at + ENTRIES + ((head + i) & (capacity - 1))]);
}

/** Empties a queue whose owner died, when nobody works with it. */
export function emptyQueue(words: Words, at: number): void {
  Atomics.store(words, at + HEAD, Atomics.load(words, at + TAIL));
}

/** The queue of another worker, to steal from. */
export class Stealer {
  private readonly words: Words;
  private readonly at: number;
  private readonly mask: number;
  private readonly me: number;

  /** @param me the thread's id, not 0 */
  constructor(words: Words, at: number, capacity: number, me: number) {
    this.words = words;
    this.at = at;
    this.mask = capacity - 1;
    this.me = me;
  }

  /** Whether there was nothing to steal just now. */
  isEmpty(): boolean {
    const head = Atomics.load(this.words, this.at + HEAD);
    return ((Atomics.load(this.words, this.at + TAIL) - head) | 0) <= 0;
  }

  /**
   * Moves half of the entries, rounded up, to the thief's own queue, except the last of them, which is returned. Gives up at once
   * when another thief is at work.
   *
   * @returns an entry, or 0; `stolen` says how many were taken
   */
  stealInto(mine: WorkQueue): number {
    this.stolen = 0;
    const { at, mask, words } = this;
    if (this.isEmpty()) return 0;
    const room = mine.room();
    if (room === 0 || Atomics.compareExchange(words, at + THIEF, 0, this.me) !== 0) return 0;
    let head = Atomics.load(words, at + HEAD);
    let count: number;
    for (;;) {
      // After the head: what lies between is published. If the owner changed the head since, the claim fails.
      const length = (Atomics.load(words, at + TAIL) - head) | 0;
      count = Math.min(length - (length >> 1), room);
      if (count <= 0) {
        Atomics.store(words, at + THIEF, 0);
        return 0;
      }
      const seen = Atomics.compareExchange(words, at + HEAD, head, (head + count) | 0);
      if (seen === head) break;
      head = seen;
    }
    for (let i = 0; i < count; i++) mine.stage(i, words[at + ENTRIES + ((head + i) & mask)]);
    const last = words[at + ENTRIES + ((head + count - 1) & mask)];
    Atomics.store(words, at + THIEF, 0);
    this.stolen = count;
    mine.publish(count - 1);
    return last;
  }

  /** How many entries the last `stealInto` took. */
  stolen = 0;
}
