// The items of the workload that passes them through a step that waits, so many at a time.

export const STEP_MS = 2;

/** Counts how many steps are under way, and how many were at most. */
export class Concurrency {
  private current = 0;
  peak = 0;

  begin(): void {
    this.current++;
    this.peak = Math.max(this.peak, this.current);
  }

  end(): void {
    this.current--;
  }
}
