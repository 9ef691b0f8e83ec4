// Ticks at equal distances.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Instant, type Moment } from "./instant.ts";
import { sleep, type Sleep, sleepUntil } from "./sleep.ts";

/**
 * What an interval does when a tick was taken late, after others should have come:
 *
 * - `burst`: ticks at once until it has caught up, so that there are as many ticks as periods;
 * - `delay`: counts the next period from the late tick;
 * - `skip`: leaves out what was missed and ticks next when it would have without the delay.
 */
export type MissedTickBehavior = "burst" | "delay" | "skip";

/** A tick that is no later than this is on time: timers and other tasks always cost a little. tokio's number. */
const TOLERANCE_MS = 5;

/** Made by `interval` and `intervalAt`. */
export class Interval {
  /** Milliseconds from one tick to the next. */
  readonly periodMs: number;
  /** What to do about missed ticks; `burst` unless set. */
  missedTickBehavior: MissedTickBehavior = "burst";
  private readonly delay: Sleep;
  private dropped = false;

  /** Use `interval` or `intervalAt`. */
  constructor(periodMs: number, delay: Sleep) {
    this.periodMs = periodMs;
    this.delay = delay;
  }

  /**
   * Waits for the next tick; its value is the moment for which the tick was due. Dropping the wait loses no tick. One task can
   * wait at a time.
   */
  tick(): Future<Instant> {
    return new Tick(this);
  }

  /** Polls for the next tick. Only the waker of the latest poll is called. @throws PolledAfterCompletionError if dropped */
  pollTick(cx: Context): Poll<Instant> {
    if (this.dropped) throw new PolledAfterCompletionError("interval");
    const { delay } = this;
    if (delay.poll(cx) === Pending) return Pending;
    const due = delay.deadline;
    delay.reset(this.nextAfter(due.atMs, cx.runtime.timers.nowMs()));
    return due;
  }

  private nextAfter(dueMs: number, nowMs: number): number {
    const { periodMs } = this;
    if (nowMs <= dueMs + TOLERANCE_MS) return dueMs + periodMs;
    switch (this.missedTickBehavior) {
      case "burst":
        return dueMs + periodMs;
      case "delay":
        return nowMs + periodMs;
      case "skip":
        return dueMs + (Math.floor((nowMs - dueMs) / periodMs) + 1) * periodMs;
    }
  }

  /** Makes the next tick come one period from now. Outside of a runtime the first period counts from the first poll. */
  reset(): void {
    this.delay.resetAfter(this.periodMs);
  }

  /** Makes the next tick come at once. */
  resetImmediately(): void {
    this.delay.resetAfter(0);
  }

  /** Makes the next tick come `durationMs` milliseconds from now. @throws RangeError unless that is at least 0 */
  resetAfter(durationMs: number): void {
    this.delay.resetAfter(durationMs);
  }

  /** Makes the next tick come at `deadline`. @throws RangeError for NaN */
  resetAt(deadline: Moment): void {
    this.delay.reset(deadline);
  }

  /** For `tick`: nobody waits any more. */
  suspend(): void {
    this.delay.suspend();
  }

  /** Ends the interval: no timer is left. Idempotent. */
  drop(): void {
    this.dropped = true;
    this.delay.drop();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}

class Tick extends Future<Instant> {
  private source: Interval | null;

  constructor(source: Interval) {
    super();
    this.source = source;
  }

  override poll(cx: Context): Poll<Instant> {
    if (this.source === null) throw new PolledAfterCompletionError("tick");
    const due = this.source.pollTick(cx);
    if (due !== Pending) this.source = null;
    return due;
  }

  override drop(): void {
    this.source?.suspend();
    this.source = null;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, Instant> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/**
 * Ticks every `periodMs` milliseconds (fractions count). The first tick comes at once, and the periods count from there: from
 * this call, or, made outside of a runtime, from the first poll.
 *
 * @throws RangeError unless the period is above 0; with `Infinity` there is one tick.
 */
export function interval(periodMs: number): Interval {
  return new Interval(checkPeriod(periodMs), sleep(0));
}

/** Ticks at `start`, then every `periodMs` milliseconds. @throws RangeError unless the period is above 0 */
export function intervalAt(start: Moment, periodMs: number): Interval {
  return new Interval(checkPeriod(periodMs), sleepUntil(start));
}

function checkPeriod(periodMs: number): number {
  if (periodMs > 0) return periodMs;
  throw new RangeError(`an interval expects a period above 0 ms, but was given ${periodMs}`);
}
