// How the wait of a parked thread is ended from other threads: an eventfd that the ring always polls, and messages from other rings.
import { EventFd, registerParked, unregisterParked } from "@pollab/io-sys";
import type { Waker } from "@pollab/runtime-core/future";
import { OP_POLL_ADD, POLLIN } from "./abi.ts";
import type { Operation } from "./operation.ts";
import type { Operations } from "./operations.ts";

export class WakeUp implements Waker {
  /** The next `park` returns at once. Set also by a signal that a `poll` has collected. */
  notified = false;
  readonly #operations: Operations;
  readonly #event: EventFd;
  #wait: Operation | null = null;

  /** @throws SystemError such as EMFILE */
  constructor(operations: Operations) {
    this.#operations = operations;
    this.#event = EventFd.create();
    registerParked(this.#event.fd);
    operations.messages.onArrival(() => {
      this.notified = true;
    });
    this.#arm();
  }

  get fd(): number {
    return this.#event.fd;
  }

  /** The wait has ended. */
  wake(): void {
    const wait = this.#wait;
    if (wait === null) return;
    this.notified = true;
    this.#operations.take(wait);
    const { counters } = this.#operations;
    counters.crossings++;
    counters.systemCalls.read++;
    this.#event.drain();
    this.#arm();
  }

  stop(): void {
    const wait = this.#wait;
    this.#wait = null;
    if (wait !== null) this.#operations.drop(wait);
  }

  close(): void {
    unregisterParked(this.#event.fd);
    this.#event.close();
  }

  #arm(): void {
    const wait = this.#operations.prepare(OP_POLL_ADD, null);
    wait.fd = this.#event.fd;
    wait.flags = POLLIN;
    this.#wait = wait;
    this.#operations.enqueue(wait, this);
  }
}
