// What is known of a word that atomic operations work on: who uses it, what it hands on from thread to thread, and who
// waits at it.
import { type Clock, reset } from "./clock.ts";
import { History } from "./hash.ts";
import type { Thread } from "./thread.ts";

/** One word of shared memory. It outlives executions, so that what was learnt of its use stays known. */
export class Word {
  readonly address: number;

  /** Whether two threads have used it in some execution and one of them wrote: the order of operations on it matters. */
  contended = false;
  #users = 0;
  #writers = 0;

  #execution = -1;
  /** What one who reads its value learns: all that its last writer knew. */
  readonly clock: Clock = [];
  /** What one who enters the list of those who wait learns from the last who left it. */
  readonly listClock: Clock = [];
  /** Of the operations that wrote it, in their order. */
  readonly written: History = new History();
  /** First in, first out, as the language has it. */
  readonly waiters: Thread[] = [];

  constructor(address: number) {
    this.address = address;
  }

  /** Makes it as untouched as it is when an execution begins. */
  enter(execution: number, threads: number): void {
    if (this.#execution === execution) return;
    this.#execution = execution;
    reset(this.clock, threads);
    reset(this.listClock, threads);
    this.written.clear(this.address);
    this.waiters.length = 0;
  }

  /** Notes a use; true if that is what makes the word contended. */
  use(thread: number, write: boolean): boolean {
    this.#users |= 1 << thread;
    if (write) this.#writers |= 1 << thread;
    if (this.contended || this.#writers === 0 || (this.#users & (this.#users - 1)) === 0) return false;
    this.contended = true;
    return true;
  }
}
