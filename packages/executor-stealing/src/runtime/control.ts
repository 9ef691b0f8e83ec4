// The words by which a runtime is stopped, for good or for a moment.
//
// Flags    Closing: no new tasks, and every worker ends after its poll in progress. Pausing: every worker comes to rest between two
//          polls, holding nothing, until the flag is gone; the supervisor then has all shared memory to itself.
// Active   whether the main thread, where it is a worker, runs tasks at the moment.
// Resting  for each thread but the supervisor, whether it rests. A main thread that runs no tasks does so when it is sent a message.
import type { Words } from "../shared/words.ts";

/** The runtime ends. */
export const Closing = 1;
/** Everything stands still for a moment. */
export const Pausing = 2;

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
    return Atomics.load(this.words, this.at + FLAGS);
  }

  /** Asks for something. */
  raise(flag: number): void {
    Atomics.or(this.words, this.at + FLAGS, flag);
  }

  /** Lets everybody go on. */
  endPause(): void {
    Atomics.and(this.words, this.at + FLAGS, ~Pausing);
    Atomics.notify(this.words, this.at + FLAGS);
  }

  /** For a thread that holds nothing: rests until the pause is over. */
  rest(slot: number): void {
    Atomics.store(this.words, this.at + RESTING + slot, 1);
    this.waitOutPause();
    Atomics.store(this.words, this.at + RESTING + slot, 0);
  }

  private waitOutPause(): void {
    for (let flags = this.flags(); (flags & Pausing) !== 0; flags = this.flags()) {
      Atomics.wait(this.words, this.at + FLAGS, flags, LOOK_AGAIN_MS);
    }
  }

  /** Whether a thread rests. */
  isResting(slot: number): boolean {
    return Atomics.load(this.words, this.at + RESTING + slot) !== 0;
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
