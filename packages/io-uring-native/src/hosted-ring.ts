// A ring that the host's event loop waits for. Of completions the loop hears by the ring's descriptor, which is readable while there are
// any. What is to be submitted it does not know of: whatever a turn leaves, or is queued between two of them, asks for another one here.
import { HostWatch } from "@pollab/io-sys";
import type { DriverWatch } from "@pollab/runtime-core/task";
import type { Operations } from "./operations.ts";

export class HostedRing implements DriverWatch {
  readonly #operations: Operations;
  readonly #onEvents: () => void;
  readonly #watch: HostWatch;
  /** In the loop's next turn the runtime is called, if something is to be submitted then. */
  #request: NodeJS.Immediate | null = null;

  /** @throws AddonMissingError, SystemError when the event loop refuses */
  constructor(operations: Operations, onEvents: () => void) {
    this.#operations = operations;
    this.#onEvents = onEvents;
    this.#watch = new HostWatch(operations.ring.fd, onEvents);
    operations.onCancel = () => this.#requestTurn();
  }

  ref(): void {
    this.#watch.ref();
  }

  unref(): void {
    this.#watch.unref();
  }

  /** Submits and collects, without waiting. */
  turn(): void {
    this.#operations.turn(0);
    // Not at once: what the kernel had no room for would keep the loop from its other work.
    if (this.#operations.hasOutstanding) this.#requestTurn();
  }

  close(): void {
    this.#watch.close();
    this.#operations.onCancel = null;
    if (this.#request !== null) clearImmediate(this.#request);
  }

  #requestTurn(): void {
    this.#request ??= setImmediate(() => {
      this.#request = null;
      if (this.#operations.hasOutstanding) this.#onEvents();
    });
  }
}
