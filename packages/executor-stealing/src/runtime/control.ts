// The words by which a runtime is stopped, for good or for a moment.
//
// Flags    Closing: no new tasks, and every worker ends after its poll in progress. Pausing: every worker comes to rest between two
//          polls, holding nothing, until the flag is gone; the supervisor then has all shared memory to itself.
// Active   whether the main thread, where it is a worker, runs tasks at the moment.
// Resting  for each thread but the supervisor, the number of the pause that it rests in, or 0. A main thread that runs no tasks
//          rests when it is sent a message. The number, which is part of the flags, tells one who rests from one who is about to go
//          on from the last pause.
import type { Words } from "../memory/words.ts";

/** The runtime ends. */
export const Closing = 1;
/** Everything stands still for a moment. */
export const Pausing = 2;

const ONE_PAUSE = 1 << 8;

const FLAGS = 0;
const ACTIVE = 1;
const RESTING = 2;

/** How long anybody sleeps before looking again, in milliseconds. */
const LOOK_AGAIN_MS = 10;

/** The words, as one thread sees them. */
export class Control {
  private readonly words: Words;
  private readonly at: number;

  constructor(words: Words, at: number) {
    this.words = words;
    this.at = at;
  }

  /** What is asked of everybody; 0 for nothing. */
  flags(): number {
    return Atomics.load(this.words, this.at + FLAGS) & (Closing | Pausing);
  }

  /** Asks for the end of the runtime. */
  raiseClosing(): void {
    Atomics.or(this.words, this.at + FLAGS, Closing);
  }

  /** Asks for another pause. There is none now. */
  beginPause(): void {
    Atomics.add(this.words, this.at + FLAGS, ONE_PAUSE + Pausing);
  }

  /** Lets everybody go on. */
  endPause(): void {
    Atomics.and(this.words, this.at + FLAGS, ~Pausing);
    Atomics.notify(this.words, this.at + FLAGS);
  }

  /** For a thread that holds nothing: rests until the pause is over. */
  rest(slot: number): void {
    const resting = this.at + RESTING + slot;
    for (;;) {
      const flags = Atomics.load(this.words, this.at + FLAGS);
      if ((flags & Pausing) === 0) break;
      Atomics.store(this.words, resting, flags & -ONE_PAUSE);
      Atomics.wait(this.words, this.at + FLAGS, flags, LOOK_AGAIN_MS);
    }
    Atomics.store(this.words, resting, 0);
  }

  /** Whether a thread rests in the present pause. */
  isResting(slot: number): boolean {
    return (
      Atomics.load(this.words, this.at + RESTING + slot) === (Atomics.load(this.words, this.at + FLAGS) & -ONE_PAUSE)
    );
  }

  /** Whether the main thread, as a worker, runs tasks. */
  get isMainActive(): boolean {
    return Atomics.load(this.words, this.at + ACTIVE) !== 0;
  }

  /** For the main thread, where it is a worker: begins or ends to run tasks. */
  setMainActive(active: boolean): void {
    Atomics.store(this.words, this.at + ACTIVE, active ? 1 : 0);
  }
}
