// The state of a task: one word, in which the threads that run, wake, abort and join it agree on whose turn it is.
//
// Bits 0 to 7 are flags, bits 8 to 31 the generation of the record, which grows each time the record is released (and begins again
// after 16.8 million uses). Whoever has no
// share in the task (a waker, an abort handle) brings the generation that it knew; when that is over, nothing happens.
//
//      create                start                         suspend
//   (1)------> Queued (2)------------> Running (3)-----------------------> idle
//                 ^                     |  |  \                              |
//                 |                     |  |   +-- pin (4) --> Pinned idle   |
//                 |          wake, abort|  |complete (5)                     |
//                 |                     |  v                                 |
//                 |<-- suspend (3) -- Running    Complete -- release (6) --> free, next generation
//                 |                   |Queued
//                 +------------------------- wake, abort (7) ----------------+
//
// Queued    has exactly one entry in some queue, or its runner will make one when the poll is over. The one who sets it on an
//           idle task makes the entry; whoever takes the entry, and nobody else, starts the task.
// Running   one thread polls it. That thread alone touches the record's contents.
// Complete  the outcome is in the record. Never unset. Wakes and aborts do nothing any more.
// Aborted   it is dropped instead of being polled again. Always together with Queued, until started.
// Joinable  somebody holds the join handle. The record is released by that one, who takes or forgoes the outcome, or else
//           by the runner that completes the task: whichever of the two finds that the other is done already.
// Watched   the words `joiner` and `joinerGeneration` name whom to wake at the end. Set and unset by the holder of the handle until
//           the task is complete. Then the completer reads the two words and unsets it; before that nobody releases the record.
// Pinned    belongs to one thread, the `home` of the record. It is never Running again: its entries go to that thread's mailbox.
// Live      the record is in use.
//
// Every transition is one atomic operation when nobody interferes: those of the runner, who knows that its flag is set, are
// unconditional; the others compare, because the generation must still be right.
import type { Words } from "./words.ts";

export const Queued = 1;
export const Running = 2;
export const Complete = 4;
export const Aborted = 8;
export const Joinable = 16;
export const Watched = 32;
export const Pinned = 64;
export const Live = 128;

const GENERATION_SHIFT = 8;

/** The places of words in a record that the state protects; the rest of the record follows. */
export const STATE = 0;
export const JOINER = 1;
export const JOINER_GENERATION = 2;

/** What a wake or an abort has to be followed by. */
export const Nothing = 0;
/** Put the task into a run queue. */
export const Schedule = 1;
/** Put it into the mailbox of its home. */
export const Deliver = 2;
export type Action = typeof Nothing | typeof Schedule | typeof Deliver;

/** What the holder of a join handle finds. */
export const Waiting = 0;
/** The outcome can be taken; then the holder releases the record. */
export const Ready = 1;
/** There is no such task any more: the outcome was taken, or the handle dropped. */
export const Stale = 2;
/** The task is just being completed, and an earlier joiner is woken: ask again. */
export const Again = 3;
export type Watch = typeof Waiting | typeof Ready | typeof Stale | typeof Again;

/** The generation in a state. */
export function generationOf(state: number): number {
  return state >>> GENERATION_SHIFT;
}

/** The states of the records that begin at `base`, `stride` words each. Records are numbered from 0. */
export class TaskStates {
  private readonly words: Words;
  private readonly base: number;
  private readonly stride: number;

  constructor(words: Words, base: number, stride: number) {
    this.words = words;
    this.base = base;
    this.stride = stride;
  }

  private at(index: number): number {
    return this.base + index * this.stride;
  }

  /** The state as it was just now. */
  load(index: number): number {
    return Atomics.load(this.words, this.at(index));
  }

  /**
   * (1) The caller has taken a free record and filled it: from now on it is a task that is queued, and the caller makes its entry.
   *
   * @param flags `Joinable` or 0
   * @returns its generation
   */
  create(index: number, flags: number): number {
    return Atomics.or(this.words, this.at(index), flags | Live | Queued) >>> GENERATION_SHIFT;
  }

  /** (1) The same for something that is never run, but woken: a waker of the thread that is the record's `home`. */
  createPinned(index: number): number {
    return Atomics.or(this.words, this.at(index), Live | Pinned) >>> GENERATION_SHIFT;
  }

  /** (2) The caller has taken the task's entry and polls it now, or drops it if it is `Aborted`. @returns the new state */
  start(index: number): number {
    return Atomics.xor(this.words, this.at(index), Queued | Running) ^ (Queued | Running);
  }

  /**
   * (3) The poll was pending. From now on the record is nobody's, unless the task was woken or aborted meanwhile: then it is
   * queued, and the caller makes its entry.
   *
   * @returns whether it is queued
   */
  suspend(index: number): boolean {
    return (Atomics.and(this.words, this.at(index), ~Running) & Queued) !== 0;
  }

  /** (3) The same for a task that yields: it is queued in any case. @param started what `start` returned */
  requeue(index: number, started: number): void {
    const at = this.at(index);
    if (Atomics.compareExchange(this.words, at, started, started ^ (Running | Queued)) === started) return;
    // Woken, aborted or joined meanwhile.
    Atomics.or(this.words, at, Queued);
    Atomics.and(this.words, at, ~Running);
  }

  /** (4) The runner keeps the task for good; its `home` is set. @returns whether it was woken or aborted meanwhile */
  pin(index: number): boolean {
    return (Atomics.xor(this.words, this.at(index), Running | Pinned) & Queued) !== 0;
  }

  /** The home of a pinned task has taken its entry from the mailbox. @returns the state, or 0 when the entry was out of date */
  acknowledge(index: number, generation: number): number {
    const at = this.at(index);
    let state = Atomics.load(this.words, at);
    while (state >>> GENERATION_SHIFT === generation && (state & (Live | Pinned)) === (Live | Pinned)) {
      const seen = Atomics.compareExchange(this.words, at, state, state & ~Queued);
      if (seen === state) return state;
      state = seen;
    }
    return 0;
  }

  /**
   * (5) The outcome is in the record. The caller, who was the task's runner or its home, then wakes `joiner` unless that is 0, and
   * releases the record unless the returned state is `Joinable`.
   *
   * @param running `Running`, or 0 for a pinned task
   * @returns the new state
   */
  complete(index: number, running: number): number {
    const at = this.at(index);
    const state = Atomics.xor(this.words, at, running | Complete) ^ (running | Complete);
    this.joiner = 0;
    if ((state & Watched) === 0) return state;
    this.joiner = this.words[at + JOINER];
    this.joinerGeneration = this.words[at + JOINER_GENERATION];
    return Atomics.and(this.words, at, ~Watched) & ~Watched;
  }

  /** Whom to wake after `complete`: 0 for nobody. */
  joiner: number = 0;
  joinerGeneration: number = 0;

  /** The completer died before it had read whom to wake. */
  unwatch(index: number): void {
    Atomics.and(this.words, this.at(index), ~Watched);
  }

  /** (6) The record is free, and every handle and waker of it stale. @param generation the one that ends */
  release(index: number, generation: number): void {
    Atomics.store(this.words, this.at(index), ((generation + 1) << GENERATION_SHIFT) | 0);
  }

  /** (7) Asks for a poll. Safe from any thread at any time. */
  wake(index: number, generation: number): Action {
    return this.enqueue(index, generation, Queued);
  }

  /** (7) Asks for the end of a task. Safe from any thread at any time. */
  abort(index: number, generation: number): Action {
    return this.enqueue(index, generation, Queued | Aborted);
  }

  private enqueue(index: number, generation: number, flags: number): Action {
    const at = this.at(index);
    let state = Atomics.load(this.words, at);
    for (;;) {
      if (state >>> GENERATION_SHIFT !== generation || (state & (Live | Complete)) !== Live) return Nothing;
      if ((state & flags) === flags) return Nothing;
      const seen = Atomics.compareExchange(this.words, at, state, state | flags);
      if (seen === state) {
        if ((state & (Queued | Running)) !== 0) return Nothing;
        return (state & Pinned) === 0 ? Schedule : Deliver;
      }
      state = seen;
    }
  }

  /** As `watch`, by the holder of the join handle, who is not going to wait. */
  peek(index: number, generation: number): Watch {
    const state = Atomics.load(this.words, this.at(index));
    if (!isJoinable(state, generation)) return Stale;
    if ((state & Complete) === 0) return Waiting;
    return (state & Watched) === 0 ? Ready : Again;
  }

  /** Asks for the outcome, by the holder of the join handle, who is to be woken at the end. Replaces an earlier joiner. */
  watch(index: number, generation: number, joiner: number, joinerGeneration: number): Watch {
    const { words } = this;
    const at = this.at(index);
    let state = Atomics.load(words, at);
    for (;;) {
      if (!isJoinable(state, generation)) return Stale;
      if ((state & Watched) === 0) {
        if ((state & Complete) !== 0) return Ready;
        words[at + JOINER] = joiner;
        words[at + JOINER_GENERATION] = joinerGeneration;
        const seen = Atomics.compareExchange(words, at, state, state | Watched);
        if (seen === state) return Waiting;
        state = seen;
        continue;
      }
      if (words[at + JOINER] === joiner && words[at + JOINER_GENERATION] === joinerGeneration) return Waiting;
      if ((state & Complete) !== 0) return Again;
      const seen = Atomics.compareExchange(words, at, state, state & ~Watched);
      state = seen === state ? state & ~Watched : seen;
    }
  }

  /**
   * The join handle is dropped, and nobody wants the outcome.
   *
   * @returns whether the task has completed, so that the caller releases the record
   */
  detach(index: number, generation: number): boolean {
    const at = this.at(index);
    let state = Atomics.load(this.words, at);
    for (;;) {
      if (!isJoinable(state, generation)) return false;
      // The completer that still reads whom to wake releases the record itself.
      const gone = (state & Complete) === 0 ? Joinable | Watched : Joinable;
      const seen = Atomics.compareExchange(this.words, at, state, state & ~gone);
      if (seen === state) return (state & (Complete | Watched)) === Complete;
      state = seen;
    }
  }
}

function isJoinable(state: number, generation: number): boolean {
  return state >>> GENERATION_SHIFT === generation && (state & (Live | Joinable)) === (Live | Joinable);
}
