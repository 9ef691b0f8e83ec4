// A lock in one word of shared memory that survives the death of its holder, as a robust pthread mutex does: whoever takes it
// over is told, and decides whether what it protects is still whole.
//
//      0: free <----------------- unlock ------------------+
//      |                                                   |
//      +-- lock --> holder's id -- another waits --> holder's id | Contended (unlock wakes one)
//
// Critical sections are some tens of nanoseconds, so one who finds the lock taken looks again a few times before sleeping.
import type { Words } from "./words.ts";

const Contended = 0x1_0000;
const ID = 0xffff;

/** Of a lock whose holder died in the middle of a change: nobody gets it any more. */
const Poisoned = 0x7fff_ffff;

/** How long a waiter sleeps before it looks whether the holder is still alive, in milliseconds. */
const LIVENESS_MS = 50;

/** Which threads there are. A thread has an id from 1 to 65535, which no later thread of the same memory has again. */
export interface Members {
  /** Who the calling thread is. */
  readonly me: number;
  /** Whether that thread still runs. */
  isAlive(id: number): boolean;
}

/** The locks that one thread takes; a lock is the offset of its word. */
export class Locks {
  private readonly words: Words;
  private readonly members: Members;
  private readonly spins: number;

  /** @param spins how often one who finds a lock taken looks again before it sleeps */
  constructor(words: Words, members: Members, spins: number) {
    this.words = words;
    this.members = members;
    this.spins = spins;
  }

  /**
   * Takes the lock. @returns false when its last holder died with it, perhaps in the middle of a change: the caller has it now, and
   * repairs what it protects or calls `poison`. False without having it when somebody has called `poison`.
   */
  lock(at: number): boolean {
    return Atomics.compareExchange(this.words, at, 0, this.members.me) === 0 || this.lockTaken(at);
  }

  /** Gives the lock back. */
  unlock(at: number): void {
    if (Atomics.exchange(this.words, at, 0) >= Contended) Atomics.notify(this.words, at, 1);
  }

  /** Nobody gets the lock any more: what it protects is of no use. */
  poison(at: number): void {
    Atomics.store(this.words, at, Poisoned);
    Atomics.notify(this.words, at);
  }

  private lockTaken(at: number): boolean {
    const { members, words } = this;
    for (let spin = 0; spin < this.spins; spin++) {
      Atomics.pause();
      if (Atomics.load(words, at) === 0 && Atomics.compareExchange(words, at, 0, members.me) === 0) return true;
    }
    for (;;) {
      const seen = Atomics.load(words, at);
      // One who has waited cannot know whether others still do, so it wakes one when it unlocks.
      const mine = members.me | Contended;
      if (seen === 0) {
        if (Atomics.compareExchange(words, at, 0, mine) === 0) return true;
        continue;
      }
      if (seen === Poisoned) return false;
      if (!members.isAlive(seen & ID)) {
        if (Atomics.compareExchange(words, at, seen, mine) === seen) return false;
        continue;
      }
      const contended = seen | Contended;
      if (seen === contended || Atomics.compareExchange(words, at, seen, contended) === seen) {
        Atomics.wait(words, at, contended, LIVENESS_MS);
      }
    }
  }
}
