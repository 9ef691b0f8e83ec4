// Waiting for a moment.
import { ambient } from "../future/ambient.ts";
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { TimerEntry, Timers } from "./timers.ts";

const idleWaker: Waker = { wake() {} };

class Sleep extends Future<void> implements TimerEntry {
  deadlineMs: number;
  waker: Waker = idleWaker;
  place = -1;
  order = 0;
  /** Set until the first poll of a sleep that was made outside of a runtime: how long it is to last from then. */
  private durationMs: number | null;
  private timers: Timers | null = null;
  private done = false;

  constructor(deadlineMs: number, durationMs: number | null) {
    super();
    this.deadlineMs = deadlineMs;
    this.durationMs = durationMs;
  }

  override poll(cx: Context): Poll<void> {
    if (this.done) throw new PolledAfterCompletionError("sleep");
    const timers = cx.runtime.timers;
    if (this.durationMs !== null) {
      this.deadlineMs = timers.nowMs() + this.durationMs;
      this.durationMs = null;
    }
    if (this.place >= 0) {
      this.waker = cx.waker;
      return Pending;
    }
    // Not in the heap: never inserted, or fired since.
    if (this.timers === null && timers.nowMs() < this.deadlineMs) {
      this.timers = timers;
      this.waker = cx.waker;
      timers.insert(this);
      return Pending;
    }
    this.drop();
    return undefined;
  }

  override drop(): void {
    this.done = true;
    this.timers?.remove(this);
    this.timers = null;
    this.waker = idleWaker;
  }
}

/**
 * Waits for `durationMs` milliseconds (fractions count) from this call, or, made outside of a runtime, from its first poll.
 *
 * @throws RangeError unless the duration is a number of at least 0; `Infinity` never ends.
 */
export function sleep(durationMs: number): Future<void> {
  if (!(durationMs >= 0))
    throw new RangeError(`sleep expects a duration of at least 0 ms, but was given ${durationMs}`);
  const context = ambient.context;
  return context === null ? new Sleep(0, durationMs) : new Sleep(context.runtime.timers.nowMs() + durationMs, null);
}

/** Waits until the runtime's clock shows `deadlineMs`. */
export function sleepUntil(deadlineMs: number): Future<void> {
  if (Number.isNaN(deadlineMs)) throw new RangeError("sleepUntil expects a time in ms, but was given NaN");
  return new Sleep(deadlineMs, null);
}
