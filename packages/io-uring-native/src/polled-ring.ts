// A ring whose entries a thread of the kernel looks for (SQPOLL): submitting is writing the tail, and takes a system call only to wake
// that thread when it has gone to sleep.
// Relies on: the thread may consume an entry as soon as the tail is written, so that is done when all entries of a chain are there.
import { ENTER_SQ_WAIT, ENTER_SQ_WAKEUP, SQ_NEED_WAKEUP } from "./abi.ts";
import { Ring } from "./ring.ts";

export class PolledRing extends Ring {
  override get space(): number {
    return this.sqEntries - this.#pending;
  }

  override announce(): boolean {
    if (this.#pending === 0) return false;
    // The thread sets its flag, and then looks at the tail once more, before it sleeps: this is the other way round.
    Atomics.store(this.words, this.sqTailAt, this.sqTail);
    return this.#threadSleeps;
  }

  override enter(waitNs: number): number {
    Atomics.store(this.words, this.sqTailAt, this.sqTail);
    const pending = this.#pending;
    const wakeUp = this.#threadSleeps ? ENTER_SQ_WAKEUP : 0;
    // Asking again and again would keep the thread from its work.
    const waitForRoom = pending === this.sqEntries ? ENTER_SQ_WAIT : 0;
    return this.call(pending, wakeUp | waitForRoom, waitNs);
  }

  /** Entries that the kernel has not consumed yet. */
  get #pending(): number {
    return (this.sqTail - Atomics.load(this.words, this.sqHeadAt)) | 0;
  }

  get #threadSleeps(): boolean {
    return (Atomics.load(this.words, this.sqFlagsAt) & SQ_NEED_WAKEUP) !== 0;
  }
}
