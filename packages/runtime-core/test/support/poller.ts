// A task, as far as a future can tell: it polls with a waker of its own, and each poll is a turn of its own.
import { COOPERATIVE_BUDGET, type Future, Pending, type Poll } from "../../src/future/index.ts";
import { HandDriven } from "./bench-stand.ts";

export class Poller {
  readonly runtime: HandDriven = new HandDriven();

  /** How often it was woken. */
  get wakes(): number {
    return this.runtime.waker.wakes;
  }

  poll<T>(future: Future<T>): Poll<T> {
    this.runtime.context.budget = COOPERATIVE_BUDGET;
    return this.runtime.poll(future);
  }

  /** Polls a future that is expected to be ready. */
  ready<T>(future: Future<T>): T {
    const result = this.poll(future);
    if (result === Pending) throw new Error("the future is not ready");
    return result;
  }

  /** How many operations a future may complete in one turn: `once` makes it and polls it to its end. */
  operationsInOneTurn(once: () => Future<unknown>): number {
    this.runtime.context.budget = COOPERATIVE_BUDGET;
    for (let operations = 0; operations <= 10 * COOPERATIVE_BUDGET; operations++) {
      try {
        if (this.runtime.poll(once()) === Pending) return operations;
      } catch {
        // An error is an operation too.
      }
    }
    return Infinity;
  }
}
