// What the sender of the fan-out workloads waits for: that all receivers have seen what it sent, so that none of them lags.
import type { Future } from "@pollab/runtime-core/future";
import { Notify } from "@pollab/runtime-core/sync";

export class Rendezvous {
  private missing = 0;
  private readonly allDone = new Notify();

  /** Begins a round in which so many have to arrive. */
  expect(count: number): void {
    this.missing = count;
  }

  arrive(): void {
    if (--this.missing === 0) this.allDone.notifyOne();
  }

  /** Waits until everybody has arrived. */
  all(): Future<void> {
    return this.allDone.notified();
  }
}
