// A cancellation token in shared memory: a word that is 0 until somebody cancels, and the tasks that are to be woken then, as a list
// through their records under one lock. A task listens to one token at a time. Whether it is cancelled is one atomic load.
import type { Locks } from "./mutex.ts";
import { PoisonedError, type Wakes } from "./semaphore.ts";
import type { Words } from "./words.ts";

const LOCK = 0;
const FIRST = 1;
const CANCELLED = 2;
/** The words that a token takes. */
export const TOKEN_WORDS = 3;

/** The places of a listener's words in its record. The first is atomic, for the same reason as `WAIT_ON`. */
const LISTENS_TO = 5;
const NEXT = 6;
const PREVIOUS = 7;
const GENERATION = 8;

/** What one thread does with tokens. Words that are all 0 are one. A token is the offset of its words; a listener is the number of a record. */
export class Tokens {
  private readonly words: Words;
  private readonly locks: Locks;
  private readonly base: number;
  private readonly stride: number;
  private readonly wakes: Wakes;

  constructor(words: Words, locks: Locks, base: number, stride: number, wakes: Wakes) {
    this.words = words;
    this.locks = locks;
    this.base = base;
    this.stride = stride;
    this.wakes = wakes;
  }

  isCancelled(at: number): boolean {
    return Atomics.load(this.words, at + CANCELLED) !== 0;
  }

  /** Cancels, once, and wakes those who listen. */
  cancel(at: number): void {
    const { words } = this;
    this.lock(at);
    const woken: number[] = [];
    Atomics.store(words, at + CANCELLED, 1);
    for (let listener = words[at + FIRST]; listener !== 0; listener = words[at + FIRST]) {
      woken.push(listener, words[this.record(listener) + GENERATION]);
      this.unlink(at, listener);
    }
    this.locks.unlock(at + LOCK);
    for (let i = 0; i < woken.length; i += 2) this.wakes.wake(woken[i], woken[i + 1]);
  }

  /** What the listener listens to; 0 for nothing. */
  listensTo(listener: number): number {
    return Atomics.load(this.words, this.record(listener) + LISTENS_TO);
  }

  /** Has the listener woken by the cancellation, instead of by that of what it listened to. @returns whether it is cancelled */
  listen(at: number, listener: number, generation: number): boolean {
    if (this.isCancelled(at)) return true;
    const { words } = this;
    const current = this.listensTo(listener);
    if (current === at) return false;
    if (current !== 0) this.ignore(current, listener);
    this.lock(at);
    const isCancelled = this.isCancelled(at);
    if (!isCancelled) {
      const record = this.record(listener);
      const next = words[at + FIRST];
      words[record + NEXT] = next;
      words[record + PREVIOUS] = 0;
      words[record + GENERATION] = generation;
      if (next !== 0) words[this.record(next) + PREVIOUS] = listener;
      words[at + FIRST] = listener;
      Atomics.store(words, record + LISTENS_TO, at);
    }
    this.locks.unlock(at + LOCK);
    return isCancelled;
  }

  /** The listener is not to be woken any more. */
  ignore(at: number, listener: number): void {
    if (!this.lockIfWhole(at)) return;
    if (this.listensTo(listener) === at) this.unlink(at, listener);
    this.locks.unlock(at + LOCK);
  }

  private record(listener: number): number {
    return this.base + listener * this.stride;
  }

  private unlink(at: number, listener: number): void {
    const { words } = this;
    const record = this.record(listener);
    const next = words[record + NEXT];
    const previous = words[record + PREVIOUS];
    if (previous === 0) words[at + FIRST] = next;
    else words[this.record(previous) + NEXT] = next;
    if (next !== 0) words[this.record(next) + PREVIOUS] = previous;
    Atomics.store(words, record + LISTENS_TO, 0);
  }

  private lock(at: number): void {
    if (!this.lockIfWhole(at)) throw new PoisonedError("cancellation token");
  }

  /** For those who give something up: of what is of no use any more there is nothing to give up. */
  private lockIfWhole(at: number): boolean {
    if (this.locks.lock(at + LOCK)) return true;
    this.locks.poison(at + LOCK);
    return false;
  }
}
