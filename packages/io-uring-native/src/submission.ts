// What waits to be written to the submission queue, and how much of it is written at a time.
import type { Cancels } from "./cancels.ts";
import type { Counters } from "./counters.ts";
import { type Operation, ORPHANED, SUBMITTED } from "./operation.ts";
import { chainLength, isLinkedToNext, OperationQueue } from "./operation-queue.ts";
import type { Ring } from "./ring.ts";

export class Submission {
  /** Operations of futures, QUEUED. */
  readonly backlog: OperationQueue = new OperationQueue();
  /** The backlog waits although the submission queue has room: the completion queue might not hold more. */
  heldBack = false;
  /** Nothing ended while the backlog was held back. */
  stalled = false;
  readonly #ring: Ring;
  readonly #cancels: Cancels;
  readonly #counters: Counters;

  constructor(ring: Ring, cancels: Cancels, counters: Counters) {
    this.#ring = ring;
    this.#cancels = cancels;
    this.#counters = counters;
  }

  /**
   * Writes queued operations into the ring, as many as the completion queue holds. If none of these ends (they may all be waiting for
   * what the queued ones would bring about), also more: the kernel then keeps the completions that do not fit until they are asked for.
   *
   * Returns whether some remain only because the submission queue is full.
   */
  fill(): boolean {
    const ring = this.#ring;
    const { backlog } = this;
    const counters = this.#counters;
    let { space } = ring;
    this.heldBack = false;
    for (let cancel = this.#cancels.next(); cancel !== null; cancel = this.#cancels.next()) {
      if (space === 0) return true;
      this.#cancels.remove(cancel);
      counters.cancels++;
      this.#push(cancel, ORPHANED);
      space--;
    }
    for (let operation = backlog.first; operation !== null; operation = backlog.first) {
      if (counters.inFlight >= ring.cqEntries && !this.stalled) {
        this.heldBack = true;
        return false;
      }
      // A chain ends where a submission ends: all of it goes into one.
      const length = isLinkedToNext(operation) ? chainLength(operation) : 1;
      if (space < length) return true;
      space -= length;
      for (let left = length; left > 0; left--) this.#pushFirst();
    }
    return false;
  }

  #pushFirst(): void {
    const first = this.backlog.shift();
    if (first !== null) this.#push(first, SUBMITTED);
  }

  /** QUEUED → SUBMITTED or ORPHANED. */
  #push(operation: Operation, state: typeof SUBMITTED | typeof ORPHANED): void {
    operation.state = state;
    this.#ring.push(operation);
    this.#counters.submitted++;
    this.#counters.inFlight++;
  }
}
