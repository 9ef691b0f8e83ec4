// The pending timers of a runtime: whom to wake, and when.
import type { Waker } from "../future/context.ts";
import type { Clock } from "./clock.ts";
import { Wheel, type WheelEntry } from "./wheel.ts";

/** One wait for a deadline. */
export interface TimerEntry extends WheelEntry<TimerEntry> {
  /** Called once the deadline has passed; the entry is then no longer pending. */
  waker: Waker;
}

/**
 * The timers of one runtime. They count whole milliseconds of its clock: a deadline is rounded up to the next one, so that a
 * timer is up to a millisecond late and never early.
 */
export class Timers {
  readonly clock: Clock;
  private readonly wheel: Wheel<TimerEntry>;
  /** What the clock showed when it was last read. */
  private latestMs: number;

  constructor(clock: Clock) {
    this.clock = clock;
    this.latestMs = clock.nowMs();
    this.wheel = new Wheel(this.latestMs);
  }

  /** What the clock shows. */
  nowMs(): number {
    return (this.latestMs = this.clock.nowMs());
  }

  /**
   * Whether a deadline has passed by the latest reading of the clock. To read it costs as much as all else that a timer costs, so
   * a clock that goes is not read again: `fire`, which comes after the poll in progress, sees to a deadline that has passed since.
   */
  hasPassed(deadlineMs: number): boolean {
    return deadlineMs <= (this.clock.skipTo === undefined ? this.latestMs : this.nowMs());
  }

  /** How many timers are pending. */
  get size(): number {
    return this.wheel.size;
  }

  /**
   * When `fire` next has something to do; `Infinity` when nothing waits. When the timer that was to be first has been removed,
   * this may be up to its deadline too early.
   */
  nextDeadlineMs(): number {
    return this.wheel.nextTick();
  }

  /** Adds an entry that is not pending. */
  insert(entry: TimerEntry): void {
    this.wheel.insert(entry);
  }

  /** Does nothing when the entry is not pending. */
  remove(entry: TimerEntry): void {
    this.wheel.remove(entry);
  }

  /**
   * Wakes every timer whose deadline has passed, in the order of the deadlines, those of the same millisecond in the order of
   * their insertion. A timer that a waker removes is not woken; one that it inserts waits for the next call.
   */
  fire(): void {
    const { wheel } = this;
    if (wheel.size === 0) return;
    wheel.advanceTo(this.nowMs());
    // Those inserted meanwhile do not become due: one that comes back with a deadline in the past must not get ahead of the
    // others again and again.
    for (let entry = wheel.shiftDue(); entry !== null; entry = wheel.shiftDue()) entry.waker.wake();
  }
}
