// A limit on how long a future may take.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { sleep } from "./sleep.ts";

/** The time was up before the future was finished. */
export class ElapsedError extends Error {
  override readonly name = "ElapsedError";
  constructor(durationMs: number) {
    super(`not finished within ${durationMs} ms`);
  }
}

class Timeout<T> extends Future<T> {
  private readonly durationMs: number;
  private readonly future: Future<T>;
  private readonly delay: Future<void>;
  private done = false;

  constructor(durationMs: number, future: Future<T>) {
    super();
    this.durationMs = durationMs;
    this.future = future;
    this.delay = sleep(durationMs);
  }

  override poll(cx: Context): Poll<T> {
    if (this.done) throw new PolledAfterCompletionError("timeout");
    let result: Poll<T>;
    try {
      // First the future: one that is ready when its time is up has made it.
      result = this.future.poll(cx);
    } catch (error) {
      this.done = true;
      this.delay.drop();
      throw error;
    }
    if (result !== Pending) {
      this.done = true;
      this.delay.drop();
      return result;
    }
    // Sleeping takes nothing from the budget: the limit holds also for a future that uses it up in each poll.
    if (this.delay.poll(cx) !== Pending) {
      this.done = true;
      this.future.drop();
      throw new ElapsedError(this.durationMs);
    }
    return Pending;
  }

  override drop(): void {
    if (this.done) return;
    this.done = true;
    this.delay.drop();
    this.future.drop();
  }
}

/**
 * `future`, given `durationMs` milliseconds counted as `sleep` counts them. When they are over, the future is dropped and the
 * wait throws an `ElapsedError`.
 */
export function timeout<T>(durationMs: number, future: Future<T>): Future<T> {
  return new Timeout(durationMs, future);
}
