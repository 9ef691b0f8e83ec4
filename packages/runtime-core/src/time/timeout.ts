// A limit on how long a future may take.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { Moment } from "./instant.ts";
import { sleep, type Sleep, sleepUntil } from "./sleep.ts";

/** The time was up before the future was finished. */
export class ElapsedError extends Error {
  override readonly name = "ElapsedError";

  /** @param durationMs the limit; undefined where it was a deadline. */
  constructor(durationMs?: number) {
    super(durationMs === undefined ? "not finished by its deadline" : `not finished within ${durationMs} ms`);
  }
}

class Timeout<T> extends Future<T> {
  private readonly durationMs: number | undefined;
  private readonly future: Future<T>;
  private readonly delay: Sleep;
  private done = false;

  constructor(durationMs: number | undefined, delay: Sleep, future: Future<T>) {
    super();
    this.durationMs = durationMs;
    this.delay = delay;
    this.future = future;
  }

  override poll(cx: Context): Poll<T> {
    if (this.done) throw new PolledAfterCompletionError("timeout");
    const hadBudget = cx.budget > 0;
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
    if (!this.isOver(cx, hadBudget)) return Pending;
    this.done = true;
    this.delay.drop();
    this.future.drop();
    throw new ElapsedError(this.durationMs);
  }

  /** The limit holds also for a future that uses up the budget in each poll; a loop of timeouts that are over still takes turns. */
  private isOver(cx: Context, hadBudget: boolean): boolean {
    if (hadBudget && cx.budget <= 0) return this.delay.hasPassed(cx);
    return this.delay.poll(cx) !== Pending;
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
 * wait throws an `ElapsedError`. A future that is ready in time or at the latest when its limit is looked at has made it.
 *
 * @throws RangeError unless the duration is a number of at least 0; `Infinity` is no limit.
 */
export function timeout<T>(durationMs: number, future: Future<T>): Future<T> {
  return new Timeout(durationMs, sleep(durationMs), future);
}

/** `future`, given until `deadline`; otherwise as `timeout`. @throws RangeError for NaN */
export function timeoutAt<T>(deadline: Moment, future: Future<T>): Future<T> {
  return new Timeout(undefined, sleepUntil(deadline), future);
}
