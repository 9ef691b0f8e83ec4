// Tasks that wait for their turn at one thing, first in, first out: a list through the records of the tasks, so that waiting
// allocates nothing and a task that stops waiting leaves from the middle. It belongs to a semaphore or a channel, and everything
// in it is protected by that one's lock.
//
// A task waits for its turn at one thing at a time. The word WAIT_ON of its record says where: it is written under the lock of
// that one, and read by the task itself, and by nobody else, without it. So it is an atomic word.
import type { Words } from "./words.ts";

/** The places of a waiter's words in the second table of `record.ts`. */
const WAIT_ON = 0;
const NEXT = 1;
const PREVIOUS = 2;
const NEED = 3;
const GENERATION = 4;

/** The words of a list, in the thing that it belongs to. */
export const WAIT_LIST_WORDS = 2;
const FIRST = 0;
const LAST = 1;

/** What one thread does with lists. A list is the offset of its words; a waiter is the number of a record. */
export class WaitLists {
  private readonly words: Words;
  private readonly base: number;
  private readonly stride: number;

  constructor(words: Words, base: number, stride: number) {
    this.words = words;
    this.base = base;
    this.stride = stride;
  }

  private record(waiter: number): number {
    return this.base + waiter * this.stride;
  }

  /** What the waiter waits for its turn at, or has its turn at; 0 for nothing. */
  waitsOn(waiter: number): number {
    return Atomics.load(this.words, this.record(waiter) + WAIT_ON);
  }

  /** Whether the waiter, which waits at this, has been granted what it needs. */
  isGranted(waiter: number): boolean {
    return this.words[this.record(waiter) + NEED] < 0;
  }

  /** How much the waiter needs, or has been granted. */
  need(waiter: number): number {
    return Math.abs(this.words[this.record(waiter) + NEED]);
  }

  /** The one who waits longest; 0 when there is none. */
  first(list: number): number {
    return this.words[list + FIRST];
  }

  /** The generation of a waiter's task. */
  generation(waiter: number): number {
    return this.words[this.record(waiter) + GENERATION];
  }

  /** Adds a waiter behind the others. @param owner the thing at which it waits */
  add(list: number, owner: number, waiter: number, generation: number, need: number): void {
    const { words } = this;
    const record = this.record(waiter);
    const last = words[list + LAST];
    words[record + NEXT] = 0;
    words[record + PREVIOUS] = last;
    words[record + NEED] = need;
    words[record + GENERATION] = generation;
    if (last === 0) words[list + FIRST] = waiter;
    else words[this.record(last) + NEXT] = waiter;
    words[list + LAST] = waiter;
    Atomics.store(words, record + WAIT_ON, owner);
  }

  /** The waiter's turn has come: it leaves the list and holds what it needs until it fetches it. */
  grant(list: number, waiter: number): void {
    this.unlink(list, waiter);
    const need = this.record(waiter) + NEED;
    this.words[need] = -this.words[need];
  }

  /** The waiter leaves the list without a turn. */
  remove(list: number, waiter: number): void {
    this.unlink(list, waiter);
    this.settle(waiter);
  }

  /** The waiter has fetched what it was granted, or given it back. */
  settle(waiter: number): void {
    Atomics.store(this.words, this.record(waiter) + WAIT_ON, 0);
  }

  private unlink(list: number, waiter: number): void {
    const { words } = this;
    const record = this.record(waiter);
    const next = words[record + NEXT];
    const previous = words[record + PREVIOUS];
    if (previous === 0) words[list + FIRST] = next;
    else words[this.record(previous) + NEXT] = next;
    if (next === 0) words[list + LAST] = previous;
    else words[this.record(next) + PREVIOUS] = previous;
  }
}
