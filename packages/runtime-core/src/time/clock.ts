// Where a runtime's time comes from. It is always injected, so that time can be stopped in tests.

/** Shows the time. What is optional belongs to clocks that can stand still. */
export interface Clock {
  /** Milliseconds, with fractions, since a fixed but arbitrary moment. Never goes back. */
  nowMs(): number;
  /**
   * Only while the clock stands still: moves it on to `deadlineMs`. The executor calls this when no task can run, no event has
   * arrived, and a timer waits for that moment.
   */
  readonly skipTo?: ((deadlineMs: number) => void) | undefined;
  /** Moves a clock that stands still on by `durationMs`. */
  advance?(durationMs: number): void;
  /** Lets the clock stand still. */
  pause?(): void;
  /** Lets the clock go again, from what it shows. */
  resume?(): void;
}

/** A clock that stands still until it is advanced, or until the runtime has nothing to do but to wait for a timer. */
export class PausedClock implements Clock {
  private currentMs = 0;

  /** What the clock shows, in milliseconds; 0 at first. */
  nowMs(): number {
    return this.currentMs;
  }

  /** Moves the clock on. @throws RangeError unless the duration is finite and at least 0 */
  advance(durationMs: number): void {
    this.currentMs += finiteDuration(durationMs);
  }

  /** Moves the clock on to `deadlineMs`, unless it is there already. */
  skipTo(deadlineMs: number): void {
    this.currentMs = Math.max(this.currentMs, deadlineMs);
  }
}

/** A clock that goes as another does, can be stopped, then behaves as a `PausedClock`, and goes on later from where it stands. */
export class PausableClock implements Clock {
  /** Present while the clock stands still. */
  skipTo: ((deadlineMs: number) => void) | undefined = undefined;
  private readonly source: Clock;
  /** What it shows while it stands still. */
  private stoppedMs = 0;
  /** How far it is ahead of its source while it goes; negative when it is behind. */
  private aheadMs = 0;

  /** @param source goes by itself */
  constructor(source: Clock) {
    this.source = source;
  }

  /** What the clock shows, in milliseconds. */
  nowMs(): number {
    return this.skipTo === undefined ? this.source.nowMs() + this.aheadMs : this.stoppedMs;
  }

  /** Lets the clock stand still. @throws Error if it does */
  pause(): void {
    if (this.skipTo !== undefined) throw new Error("the clock is paused already");
    this.stoppedMs = this.nowMs();
    this.skipTo = (deadlineMs) => {
      this.stoppedMs = Math.max(this.stoppedMs, deadlineMs);
    };
  }

  /** Lets the clock go again, from what it shows. @throws Error if it goes */
  resume(): void {
    if (this.skipTo === undefined) throw new Error("the clock is not paused");
    this.aheadMs = this.stoppedMs - this.source.nowMs();
    this.skipTo = undefined;
  }

  /** Moves the clock on. @throws RangeError unless the duration is finite and at least 0 @throws Error unless it is paused */
  advance(durationMs: number): void {
    if (this.skipTo === undefined) throw new Error("only a paused clock can be advanced; pause it first");
    this.stoppedMs += finiteDuration(durationMs);
  }
}

/** The duration, if a clock can be advanced by it. */
export function finiteDuration(durationMs: number): number {
  if (durationMs >= 0 && durationMs < Infinity) return durationMs;
  throw new RangeError(`a clock advances by a finite duration of at least 0 ms, but was given ${durationMs}`);
}
