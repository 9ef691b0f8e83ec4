// Wakes between rings, without a system call of their own: an entry that goes with the others makes a completion in the ring of the
// thread that is to be woken. Where the kernel has no such operation, the eventfd serves, which costs a call.
// Relies on: no operation has the slot of the message.
import { signalEventFd } from "@pollab/io-sys";
import { OP_MSG_RING } from "./abi.ts";
import type { Operation } from "./operation.ts";
import type { Operations } from "./operations.ts";

/** The user data of a message, in the place of a slot's number. */
export const MESSAGE_SLOT = -1;

/** How a thread with a ring of its own wakes another one: pass it to `UringDriver.wake`. It can be sent to other threads. */
export interface MessageHandle {
  readonly ringFd: number;
  readonly eventFd: number;
}

export class Messages {
  readonly #operations: Operations;
  #notify: (() => void) | null = null;

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  /** What to do when another ring wakes this one. */
  onArrival(notify: () => void): void {
    this.#notify = notify;
  }

  /** A completion came from another ring. */
  arrived(): void {
    this.#operations.counters.messages++;
    this.#notify?.();
  }

  /** Wakes the thread of another driver with the next turn of this one. That driver must not be closed. */
  send({ ringFd, eventFd }: MessageHandle): void {
    const operations = this.#operations;
    if (!operations.features.offers("message ring")) {
      this.#signal(eventFd);
      return;
    }
    const message = operations.prepare(OP_MSG_RING, null);
    message.fd = ringFd;
    message.offsetLow = MESSAGE_SLOT;
    operations.enqueue(message, {
      wake: () => {
        this.#sent(message, eventFd);
      },
    });
  }

  #sent(message: Operation, eventFd: number): void {
    const { features } = this.#operations;
    const result = this.#operations.take(message);
    if (result >= 0) {
      features.works("message ring");
      return;
    }
    // The other queue may be full, or the kernel too old: the wake must arrive either way.
    if (!features.refuses("message ring", result)) features.count("message ring", result);
    this.#signal(eventFd);
  }

  #signal(eventFd: number): void {
    const { counters } = this.#operations;
    counters.crossings++;
    counters.systemCalls.write++;
    signalEventFd(eventFd);
  }
}
