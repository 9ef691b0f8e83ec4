// Asking the kernel to end operations early. Each ends by its own completion, whatever comes of the cancel: that of the cancel says
// only whether to ask again.
import { ERRNO } from "@pollab/io-sys";
import { OP_ASYNC_CANCEL } from "./abi.ts";
import { type Heir, type Operation, QUEUED } from "./operation.ts";
import { OperationQueue } from "./operation-queue.ts";
import type { Slots } from "./slots.ts";

/** Ends of a cancel after which its target may still wait for ever. */
const FRUITLESS: ReadonlySet<number> = new Set([-ERRNO.ENOENT, -ERRNO.ECANCELED, -ERRNO.EINTR]);

export class Cancels implements Heir {
  readonly #slots: Slots;
  readonly #queue = new OperationQueue();

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** Queues a cancel, unless there is one under way already. */
  request(target: Operation): void {
    if (target.cancelRequested) return;
    target.cancelRequested = true;
    const cancel = this.#slots.allocate();
    cancel.head = OP_ASYNC_CANCEL;
    cancel.fd = -1;
    cancel.addressLow = target.tag;
    cancel.addressHigh = target.generation;
    cancel.heir = this;
    cancel.state = QUEUED;
    this.#queue.append(cancel);
  }

  /** The first cancel that is still of use; it stays queued until `remove`. */
  next(): Operation | null {
    for (let cancel = this.#queue.first; cancel !== null; cancel = this.#queue.first) {
      if (this.#targetOf(cancel) !== null) return cancel;
      this.#queue.remove(cancel);
      this.#slots.release(cancel);
    }
    return null;
  }

  remove(cancel: Operation): void {
    this.#queue.remove(cancel);
  }

  /** A cancel has ended. */
  inherit(cancel: Operation): void {
    const target = this.#targetOf(cancel);
    if (target === null || !FRUITLESS.has(cancel.result)) return;
    // ENOENT: the kernel did not find the target although it has not completed: it was between two of its states (woken to be tried
    // again, for one) and may go on to wait for ever. The others: the cancel itself was cut short, as by a cancel of everything. If the
    // target's completion is on its way instead, the new cancel is never submitted.
    target.cancelRequested = false;
    this.request(target);
  }

  /** The operation that a cancel is for, while the kernel still has something to cancel. */
  #targetOf(cancel: Operation): Operation | null {
    const target = this.#slots.find(cancel.addressLow, cancel.addressHigh);
    return target === null || target.notifying ? null : target;
  }
}
