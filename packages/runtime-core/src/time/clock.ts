// Where a runtime's time comes from. It is always injected, so that time can be stopped in tests.

export interface Clock {
  /** Milliseconds, with fractions, since a fixed but arbitrary moment. Never goes back. */
  nowMs(): number;
  /**
   * Only on a clock that stands still by itself: moves it on to `deadlineMs`. The executor calls this when no task can run, no
   * event has arrived, and a timer waits for that moment.
   */
  skipTo?(deadlineMs: number): void;
}

/** A clock that stands still until it is advanced, or until the runtime has nothing to do but to wait for a timer. */
export class PausedClock implements Clock {
  private currentMs = 0;

  nowMs(): number {
    return this.currentMs;
  }

  advance(durationMs: number): void {
    this.currentMs += durationMs;
  }

  skipTo(deadlineMs: number): void {
    this.currentMs = Math.max(this.currentMs, deadlineMs);
  }
}
