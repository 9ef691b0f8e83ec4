// Who sleeps and who searches: one word, so that every transition is one atomic operation.
//
// Bits 0 to 23: worker i sleeps, or is about to. Bits 24 to 31: how many workers search for something to steal.
//
//      running -- beginSearch --> searching -- endSearch: found something --> running
//         |                           |
//         +---------- sleep ----------+--> asleep -- wakeOne, by another thread --> searching
//                                            +------ rise: woken by an event, or for something of its own --> running
//
// Two rules make sure that no work is overlooked, as in tokio's `idle`:
//  - Whoever makes work visible calls `wakeOne` afterwards. While somebody searches, or nobody sleeps, it does nothing: one who
//    searches either finds that work, or ends its search after it, and is then the last one or not.
//  - The last one who ends a search wakes another when it found something (there may be more where that was), and when it
//    found nothing, looks through all queues once more after it is registered as asleep.
import type { Words } from "./words.ts";

/** A word has no bits for more. */
export const MAX_WORKERS = 24;

const ONE_SEARCHER = 1 << 24;

/** The word, as one thread sees it. */
export class Idle {
  private readonly words: Words;
  private readonly at: number;
  private readonly maxSearchers: number;

  /** @param workers how many there are; at most half of them search at a time, rounded up */
  constructor(words: Words, at: number, workers: number) {
    this.words = words;
    this.at = at;
    this.maxSearchers = (workers + 1) >> 1;
  }

  /**
   * Called after work was made visible.
   *
   * @returns the worker to unpark, which then counts as searching; -1 when there is none, or no need
   */
  wakeOne(): number {
    let state = Atomics.load(this.words, this.at);
    // The first is the usual case: everybody is busy, or somebody searches.
    while (state >>> 24 === 0 && state !== 0) {
      const bit = state & -state;
      const seen = Atomics.compareExchange(this.words, this.at, state, (state ^ bit) + ONE_SEARCHER);
      if (seen === state) return 31 - Math.clz32(bit);
      state = seen;
    }
    return -1;
  }

  /** Before a running worker looks at what others have. @returns whether it may; false when enough others do so */
  beginSearch(): boolean {
    let state = Atomics.load(this.words, this.at);
    while (state >>> 24 < this.maxSearchers) {
      const seen = Atomics.compareExchange(this.words, this.at, state, (state + ONE_SEARCHER) | 0);
      if (seen === state) return true;
      state = seen;
    }
    return false;
  }

  /** A searching worker has found something. @returns whether it was the last to search, and now calls `wakeOne` */
  endSearch(): boolean {
    return Atomics.sub(this.words, this.at, ONE_SEARCHER) >>> 24 === 1;
  }

  /**
   * A worker has found nothing, and goes to sleep.
   *
   * @returns whether it was the last to search: then it looks through all queues once more, and if one has something, calls
   *   `wakeOne`, which may be answered with its own number
   */
  sleep(worker: number, searching: boolean): boolean {
    const bit = 1 << worker;
    if (!searching) {
      Atomics.or(this.words, this.at, bit);
      return false;
    }
    return Atomics.add(this.words, this.at, bit - ONE_SEARCHER) >>> 24 === 1;
  }

  /** A worker is awake again. @returns whether somebody's `wakeOne` woke it, so that it counts as searching */
  rise(worker: number): boolean {
    const bit = 1 << worker;
    return (Atomics.and(this.words, this.at, ~bit) & bit) === 0;
  }

  /** Whether that worker is registered as asleep. */
  isAsleep(worker: number): boolean {
    return (Atomics.load(this.words, this.at) & (1 << worker)) !== 0;
  }

  /** Forgets who sleeps and searches: when all workers are awake, and none searches but perhaps one that died. */
  reset(): void {
    Atomics.store(this.words, this.at, 0);
  }
}
