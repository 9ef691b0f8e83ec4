// How one thread sleeps until another has something for it. A wake that comes before the sleep is kept: no wake is lost.
//
//            +------- unpark --------+
//            |                       v
//      (0) Empty ----- park -----> Parked | InDriver -- unpark --> Notified
//            ^                                                       |
//            +------------------- the sleeper returns ---------------+
//
// Word 0 is the state. A thread sleeps on that word, or in a driver (InDriver): in an epoll wait, say, which only an eventfd ends.
// Whoever finds it there has to kick the driver. Word 1 counts those who are about to, so that a driver is not closed under them:
// another descriptor could have got the number of its eventfd.
import type { Words } from "./words.ts";

/** The words that a parker takes. */
export const PARKER_WORDS = 2;

const Empty = 0;
const Parked = 1;
const InDriver = 2;
const Notified = 3;
const Closed = 4;

/** A parker as its owner, the one thread that sleeps in it, and as all others see it. */
export class Parker {
  private readonly words: Words;
  private readonly at: number;

  constructor(words: Words, at: number) {
    this.words = words;
    this.at = at;
  }

  /** Sleeps until `unpark` or for `timeoutMs`; not at all if `unpark` was called since the last time. For the owner. */
  park(timeoutMs: number): void {
    if (Atomics.compareExchange(this.words, this.at, Empty, Parked) === Empty) {
      Atomics.wait(this.words, this.at, Parked, timeoutMs);
    }
    this.wakeUp();
  }

  /** For an owner that has an event loop: resolved by the next `unpark`, or the last one if there was one since. */
  async arrival(): Promise<void> {
    if (Atomics.compareExchange(this.words, this.at, Empty, Parked) === Empty) {
      await Atomics.waitAsync(this.words, this.at, Parked).value;
    }
    this.wakeUp();
  }

  /** For an owner that sleeps in a driver: announces it. @returns whether to go on; false when `unpark` was called before */
  enterDriver(): boolean {
    if (Atomics.compareExchange(this.words, this.at, Empty, InDriver) === Empty) return true;
    this.wakeUp();
    return false;
  }

  /** The owner is awake, by whatever. Wakes so far are spent. */
  wakeUp(): void {
    Atomics.exchange(this.words, this.at, Empty);
  }

  /** Ends the owner's present or next sleep. @param kick ends its wait in the driver */
  unpark(kick: () => void): void {
    const seen = Atomics.load(this.words, this.at);
    if (seen === Notified || seen === Closed) return;
    Atomics.add(this.words, this.at + 1, 1);
    try {
      this.notify(kick);
    } finally {
      Atomics.sub(this.words, this.at + 1, 1);
    }
  }

  private notify(kick: () => void): void {
    let seen = Atomics.load(this.words, this.at);
    while (seen !== Notified && seen !== Closed) {
      const now = Atomics.compareExchange(this.words, this.at, seen, Notified);
      if (now === seen) {
        if (seen === Parked) Atomics.notify(this.words, this.at);
        else if (seen === InDriver) kick();
        return;
      }
      seen = now;
    }
  }

  /** No `unpark` does anything any more. @returns whether nobody is about to kick the driver: ask again until it is so */
  close(): boolean {
    Atomics.exchange(this.words, this.at, Closed);
    return Atomics.load(this.words, this.at + 1) === 0;
  }

  /** A new thread takes the place of the owner. */
  reopen(): void {
    Atomics.store(this.words, this.at, Empty);
    Atomics.store(this.words, this.at + 1, 0);
  }
}
