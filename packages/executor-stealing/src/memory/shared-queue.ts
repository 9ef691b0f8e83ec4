// A queue that every thread may push to and take from, under a lock: the inject queue of the scheduler, and the mailboxes in which
// threads find what concerns them alone. Each entry is two words. It takes a lock and not a lock-free ring because that is two
// atomic operations however many entries are moved.
//
// It is whole at every moment, also when a holder of the lock dies: an entry is written before `tail` counts it, and read before
// `head` leaves it behind. `length` is there to be read without the lock.
import type { Locks } from "./mutex.ts";
import { assertPowerOfTwo, LINE_WORDS, type Words } from "./words.ts";

const LOCK = 0;
const HEAD = 1;
const TAIL = 2;
const LENGTH = LINE_WORDS;
const ENTRIES = 2 * LINE_WORDS;
const ENTRY_WORDS = 2;

/** The words that a queue takes. */
export function sharedQueueWords(capacity: number): number {
  return ENTRIES + capacity * ENTRY_WORDS;
}

/** The queue as one thread sees it. The first word of an entry is not 0. */
export class SharedQueue {
  /** The second word of the entry that `pop` returned last. */
  tag = 0;
  private readonly words: Words;
  private readonly at: number;
  private readonly mask: number;
  private readonly locks: Locks;

  /** @param capacity a power of two, enough for everything that is ever in the queue */
  constructor(words: Words, at: number, capacity: number, locks: Locks) {
    assertPowerOfTwo("the capacity of a shared queue", capacity, 1 << 26);
    this.words = words;
    this.at = at;
    this.mask = capacity - 1;
    this.locks = locks;
  }

  /** How many entries there were just now. */
  get length(): number {
    return Atomics.load(this.words, this.at + LENGTH);
  }

  /** @throws Error when it is full, which its capacity rules out */
  push(entry: number, tag: number): void {
    this.locks.lock(this.at + LOCK);
    const fits = this.append(entry, tag);
    this.unlock();
    if (!fits) throw new Error("a queue of the scheduler is full");
  }

  /** Adds `count` entries of `buffer`, from `start` on, with tags of 0. @throws Error when it is full */
  pushBatch(buffer: Int32Array, start: number, count: number): void {
    let fit = true;
    this.locks.lock(this.at + LOCK);
    for (let i = start; i < start + count && fit; i++) fit = this.append(buffer[i], 0);
    this.unlock();
    if (!fit) throw new Error("a queue of the scheduler is full");
  }

  private append(entry: number, tag: number): boolean {
    const { at, mask, words } = this;
    const tail = words[at + TAIL];
    if (((tail - words[at + HEAD]) | 0) > mask) return false;
    const slot = at + ENTRIES + (tail & mask) * ENTRY_WORDS;
    words[slot] = entry;
    words[slot + 1] = tag;
    words[at + TAIL] = (tail + 1) | 0;
    return true;
  }

  /** Takes the entry that has waited longest; 0 when there is none. Its second word is then in `tag`. */
  pop(): number {
    if (this.length === 0) return 0;
    this.locks.lock(this.at + LOCK);
    const entry = this.take();
    this.unlock();
    return entry;
  }

  /** Takes up to `limit` entries into `buffer`. @returns how many */
  popBatch(buffer: Int32Array, limit: number): number {
    if (this.length === 0) return 0;
    this.locks.lock(this.at + LOCK);
    let count = 0;
    while (count < limit) {
      const entry = this.take();
      if (entry === 0) break;
      buffer[count++] = entry;
    }
    this.unlock();
    return count;
  }

  /** The first words of all entries. Makes `length` true again after a holder of the lock has died. */
  entries(): number[] {
    const { at, mask, words } = this;
    this.locks.lock(at + LOCK);
    const head = words[at + HEAD];
    const length = (words[at + TAIL] - head) | 0;
    const entries = Array.from({ length }, (_, i) => words[at + ENTRIES + ((head + i) & mask) * ENTRY_WORDS]);
    this.unlock();
    return entries;
  }

  private take(): number {
    const { at, mask, words } = this;
    const head = words[at + HEAD];
    if (head === words[at + TAIL]) return 0;
    const slot = at + ENTRIES + (head & mask) * ENTRY_WORDS;
    const entry = words[slot];
    this.tag = words[slot + 1];
    words[at + HEAD] = (head + 1) | 0;
    return entry;
  }

  private unlock(): void {
    const { at, words } = this;
    Atomics.store(words, at + LENGTH, (words[at + TAIL] - words[at + HEAD]) | 0);
    this.locks.unlock(at + LOCK);
  }
}
