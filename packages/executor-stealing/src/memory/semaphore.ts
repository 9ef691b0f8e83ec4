// A semaphore in shared memory: permits, and tasks that wait for them in the order in which they came. One lock protects it; the
// fast path is two atomic operations.
//
// A release gives permits to the first waiters that they are enough for, and wakes them: nobody overtakes them. What was granted
// to a task that does not fetch it goes to the next (`forgo`).
import type { Locks } from "./mutex.ts";
import { WAIT_LIST_WORDS, type WaitLists } from "./wait-list.ts";
import type { Words } from "./words.ts";

const LOCK = 0;
const PERMITS = 1;
const CLOSED = 2;
const LIST = 3;
/** The words that a semaphore takes. */
export const SEMAPHORE_WORDS: number = LIST + WAIT_LIST_WORDS;

/** What asking for permits has led to. */
export const Acquired = 1;
/** The task waits, and is woken when it is its turn. */
export const Queueing = 0;
/** Nobody gets permits any more. */
export const Closed = 2;
export type Acquisition = typeof Acquired | typeof Queueing | typeof Closed;

/** Wakes tasks. */
export interface Wakes {
  wake(index: number, generation: number): void;
}

/** A thread died in the middle of an operation on this: it may be inconsistent, and nobody can use it any more. */
export class PoisonedError extends Error {
  override readonly name = "PoisonedError";
  constructor(what: string) {
    super(`a worker died in the middle of an operation on this ${what}, which is of no use any more`);
  }
}

/** What one thread does with semaphores. A semaphore is the offset of its words. */
export class Semaphores {
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

  /** Makes one of words that are all 0. */
  initialise(at: number, permits: number): void {
    this.words[at + PERMITS] = permits;
  }

  /** Permits that nobody has. */
  available(at: number): number {
    this.lock(at);
    const permits = this.words[at + PERMITS];
    this.locks.unlock(at + LOCK);
    return permits;
  }

  /** Takes `count` permits if that needs no waiting. */
  tryAcquire(at: number, count: number): boolean {
    const { words } = this;
    this.lock(at);
    const enough = words[at + CLOSED] === 0 && this.lists.first(at + LIST) === 0 && words[at + PERMITS] >= count;
    if (enough) words[at + PERMITS] -= count;
    this.locks.unlock(at + LOCK);
    return enough;
  }

  /** Asks for `count` permits, once or again. A task that does not ask again at its next poll has to `forgo`. */
  acquire(at: number, count: number, waiter: number, generation: number): Acquisition {
    this.lock(at);
    const result = this.acquireLocked(at, count, waiter, generation);
    this.locks.unlock(at + LOCK);
    return result;
  }

  private acquireLocked(at: number, count: number, waiter: number, generation: number): Acquisition {
    const { lists, words } = this;
    if (lists.waitsOn(waiter) === at) {
      if (!lists.isGranted(waiter)) return Queueing;
      lists.settle(waiter);
      return words[at + CLOSED] === 0 ? Acquired : Closed;
    }
    if (words[at + CLOSED] !== 0) return Closed;
    if (lists.first(at + LIST) === 0 && words[at + PERMITS] >= count) {
      words[at + PERMITS] -= count;
      return Acquired;
    }
    lists.add(at + LIST, at, waiter, generation, count);
    return Queueing;
  }

  /** The waiter does not want its turn any more, or does not fetch what it was granted. */
  forgo(at: number, waiter: number): void {
    const { lists, words } = this;
    if (!this.lockIfWhole(at)) return;
    if (lists.waitsOn(waiter) === at) {
      if (lists.isGranted(waiter)) {
        words[at + PERMITS] += lists.need(waiter);
        lists.settle(waiter);
      } else {
        lists.remove(at + LIST, waiter);
      }
      this.grant(at);
    }
    this.unlockAndWake(at);
  }

  /** Gives permits back, or adds new ones. */
  release(at: number, count: number): void {
    if (!this.lockIfWhole(at)) return;
    this.words[at + PERMITS] += count;
    this.grant(at);
    this.unlockAndWake(at);
  }

  /** From now on nobody gets permits; those who wait learn it. */
  close(at: number): void {
    this.lock(at);
    this.words[at + CLOSED] = 1;
    for (let waiter = this.lists.first(at + LIST); waiter !== 0; waiter = this.lists.first(at + LIST)) {
      this.lists.grant(at + LIST, waiter);
      this.woken.push(waiter, this.lists.generation(waiter));
    }
    this.unlockAndWake(at);
  }

  private grant(at: number): void {
    const { lists, words } = this;
    for (let waiter = lists.first(at + LIST); waiter !== 0; waiter = lists.first(at + LIST)) {
      const need = lists.need(waiter);
      if (need > words[at + PERMITS]) return;
      words[at + PERMITS] -= need;
      lists.grant(at + LIST, waiter);
      this.woken.push(waiter, lists.generation(waiter));
    }
  }

  private lock(at: number): void {
    if (!this.lockIfWhole(at)) throw new PoisonedError("semaphore");
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
