// Waiting for a moment.
//
//     Unanchored --poll--> Armed --poll--> Waiting --fires, poll--> Elapsed
//                            +---poll when the time has passed------^
//     any --reset--> Armed or Waiting         any --drop--> Dropped
//
// A sleep that waits is itself the entry in the timers. Once it has fired it still counts as waiting, but has no place there.
import { ambient } from "../future/ambient.ts";
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Instant, type Moment, momentMs } from "./instant.ts";
import type { TimerEntry, Timers } from "./timers.ts";
import { NO_PLACE } from "./wheel.ts";

const idleWaker: Waker = { wake() {} };

/** Given a duration outside of a runtime and not polled since: `deadlineMs` is how long it is to last from its next poll. */
const Unanchored = 0;
const Armed = 1;
const Waiting = 2;
const Elapsed = 3;
const Dropped = 4;
type State = typeof Unanchored | typeof Armed | typeof Waiting | typeof Elapsed | typeof Dropped;

/** A future that is ready once its deadline has passed. Made by `sleep` and `sleepUntil`. */
export class Sleep extends Future<void> implements TimerEntry {
  /** For the timers. */
  deadlineMs: number;
  /** For the timers. */
  waker: Waker = idleWaker;
  /** For the timers. */
  place: number = NO_PLACE;
  /** For the timers. */
  previous: TimerEntry | null = null;
  /** For the timers. */
  following: TimerEntry | null = null;
  /** Those that it was last inserted in. */
  private timers: Timers | null = null;
  private state: State;

  /** @param deadlineMs for `Unanchored` how long the sleep is to last */
  constructor(deadlineMs: number, state: typeof Armed | typeof Unanchored) {
    super();
    this.deadlineMs = deadlineMs;
    this.state = state;
  }

  /** Takes one from the budget when it is ready, so that a loop of sleeps that are over lets others run. */
  override poll(cx: Context): Poll<void> {
    if (!this.hasPassed(cx) || cx.exhausted()) return Pending;
    cx.budget--;
    this.release();
    this.state = Elapsed;
    return undefined;
  }

  /** Says whether the time has passed, without regard to the budget; if not, the task is woken when it has. */
  hasPassed(cx: Context): boolean {
    const { state } = this;
    if (state === Waiting) {
      if (this.place === NO_PLACE) return true;
    } else {
      if (state >= Elapsed) throw new PolledAfterCompletionError("sleep");
      const { timers } = cx.runtime;
      if (state === Unanchored) {
        this.deadlineMs += timers.nowMs();
        this.state = Armed;
      }
      if (timers.hasPassed(this.deadlineMs)) return true;
    }
    this.wakeAtDeadline(cx);
    return false;
  }

  /** Has the task woken at the deadline, in the executor's next turn if that has passed. */
  wakeAtDeadline(cx: Context): void {
    this.waker = cx.waker;
    if (this.place !== NO_PLACE) return;
    this.state = Waiting;
    this.timers = cx.runtime.timers;
    this.timers.insert(this);
  }

  /** Leaves the timers and lets go of the waker; the next poll goes on waiting for the same deadline. */
  suspend(): void {
    if (this.state !== Waiting) return;
    this.release();
    this.state = Armed;
  }

  override drop(): void {
    this.release();
    if (this.state !== Elapsed) this.state = Dropped;
  }

  /**
   * Makes the sleep end at another moment, also when it is over already. What waits for it goes on waiting and is woken then;
   * a moment in the past wakes it in the executor's next turn.
   */
  reset(deadline: Moment): void {
    this.resetTo(momentMs(deadline), Armed);
  }

  /**
   * Makes the sleep last for `durationMs` milliseconds from now, or, if it has never been in a runtime, from its first poll;
   * otherwise as `reset`.
   *
   * @throws RangeError unless the duration is at least 0
   */
  resetAfter(durationMs: number): void {
    checkDuration("resetAfter", durationMs);
    const timers = ambient.context?.runtime.timers ?? this.timers;
    if (timers === null) this.resetTo(durationMs, Unanchored);
    else this.resetTo(timers.nowMs() + durationMs, Armed);
  }

  private resetTo(deadlineMs: number, state: typeof Armed | typeof Unanchored): void {
    if (this.place === NO_PLACE) {
      this.waker = idleWaker;
      this.deadlineMs = deadlineMs;
      this.state = state;
      return;
    }
    this.timers?.remove(this);
    this.deadlineMs = deadlineMs;
    this.timers?.insert(this);
  }

  /**
   * When the sleep ends.
   *
   * @throws Error for one that was given a duration outside of a runtime, until it is polled: it has no deadline yet
   */
  get deadline(): Instant {
    if (this.state !== Unanchored) return new Instant(this.deadlineMs);
    throw new Error("a sleep that was given a duration outside of a runtime has no deadline before its first poll");
  }

  /** Whether the sleep has come to its end: its timer has fired, or a poll has found the deadline passed. */
  get isElapsed(): boolean {
    return this.state === Elapsed || (this.state === Waiting && this.place === NO_PLACE);
  }

  private release(): void {
    this.timers?.remove(this);
    this.waker = idleWaker;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, void> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/**
 * Waits for `durationMs` milliseconds (fractions count) from this call, or, made outside of a runtime, from its first poll. Never
 * ends early; ends up to a millisecond late.
 *
 * @throws RangeError unless the duration is a number of at least 0; `Infinity` never ends.
 */
export function sleep(durationMs: number): Sleep {
  checkDuration("sleep", durationMs);
  const { context } = ambient;
  return context === null
    ? new Sleep(durationMs, Unanchored)
    : new Sleep(context.runtime.timers.nowMs() + durationMs, Armed);
}

/** Waits until the runtime's clock shows `deadline`. @throws RangeError for NaN */
export function sleepUntil(deadline: Moment): Sleep {
  return new Sleep(momentMs(deadline), Armed);
}

/** Refuses what is not a duration. */
export function checkDuration(what: string, durationMs: number): void {
  if (durationMs >= 0) return;
  throw new RangeError(`${what} expects a duration of at least 0 ms, but was given ${durationMs}`);
}
