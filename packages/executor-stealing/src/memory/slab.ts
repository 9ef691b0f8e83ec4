// Which records are free. Threads take and give them in batches, and keep a batch each for themselves, so that most tasks are
// spawned and released without an atomic operation. Generations, which live in the states of the records, make reuse safe.
//
// Free records lie on a stack under a lock; records that were never used are not on it, but counted, so that a large slab costs
// memory only for what is used. The stack is whole at every moment, also when a holder of the lock dies: an entry is written
// before `count` covers it.
import type { Locks } from "./mutex.ts";
import { LINE_WORDS, type Words } from "./words.ts";

const LOCK = 0;
const COUNT = 1;
const FRESH = 2;
const STACK = LINE_WORDS;

/** Records are numbered from 1: 0 stands for none. */
export const FIRST_RECORD = 1;

/** The words that the slab of `capacity` records takes, apart from the records. */
export function slabWords(capacity: number): number {
  return STACK + capacity;
}

/** The slab as one thread sees it. */
export class Slab {
  private readonly words: Words;
  private readonly at: number;
  private readonly capacity: number;
  private readonly locks: Locks;
  private readonly batch: number;
  /** Free records of this thread: those before `cached`. */
  private readonly cache: Int32Array;
  private cached = 0;

  /** @param batch how many records are moved at a time; a thread keeps at most twice as many */
  constructor(words: Words, at: number, capacity: number, locks: Locks, batch: number) {
    this.words = words;
    this.at = at;
    this.capacity = capacity;
    this.locks = locks;
    this.batch = batch;
    this.cache = new Int32Array(2 * batch);
  }

  /** A free record; 0 when all are in use. */
  take(): number {
    if (this.cached === 0) this.refill();
    return this.cached === 0 ? 0 : this.cache[--this.cached];
  }

  /** Gives a record back. Its generation has ended. */
  give(record: number): void {
    if (this.cached === this.cache.length) this.spill(this.batch);
    this.cache[this.cached++] = record;
  }

  /** Gives back what this thread keeps for itself. */
  flush(): void {
    this.spill(this.cached);
  }

  private refill(): void {
    const { at, batch, cache, words } = this;
    this.locks.lock(at + LOCK);
    const count = words[at + COUNT];
    const reused = Math.min(count, batch);
    for (let i = 0; i < reused; i++) cache[i] = words[at + STACK + count - reused + i];
    words[at + COUNT] = count - reused;
    const fresh = words[at + FRESH];
    const more = Math.min(batch - reused, this.capacity - fresh);
    // The lowest on top.
    for (let i = 0; i < more; i++) cache[reused + i] = FIRST_RECORD + fresh + more - 1 - i;
    words[at + FRESH] = fresh + more;
    this.locks.unlock(at + LOCK);
    this.cached = reused + more;
  }

  private spill(count: number): void {
    const { at, cache, words } = this;
    this.locks.lock(at + LOCK);
    const top = at + STACK + words[at + COUNT];
    for (let i = 0; i < count; i++) words[top + i] = cache[this.cached - count + i];
    words[at + COUNT] += count;
    this.locks.unlock(at + LOCK);
    this.cached -= count;
  }

  /** Records that are on no thread's own list and in no use, those that were never used included. */
  available(): number {
    const { at, words } = this;
    this.locks.lock(at + LOCK);
    const available = words[at + COUNT] + this.capacity - words[at + FRESH];
    this.locks.unlock(at + LOCK);
    return available;
  }

  /** How many records were ever used: they are those from {@link FIRST_RECORD} on. */
  used(): number {
    this.locks.lock(this.at + LOCK);
    const fresh = this.words[this.at + FRESH];
    this.locks.unlock(this.at + LOCK);
    return fresh;
  }

  /** Replaces the free list, when no other thread uses the slab and none keeps records for itself. */
  rebuild(free: readonly number[]): void {
    const { at, words } = this;
    this.locks.lock(at + LOCK);
    for (const [i, record] of free.entries()) words[at + STACK + i] = record;
    words[at + COUNT] = free.length;
    this.locks.unlock(at + LOCK);
  }
}
