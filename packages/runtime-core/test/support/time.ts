// Moving the time of a runtime that is driven by hand.
import { type Clock, Timers } from "../../src/time/index.ts";
import { HandDriven } from "./bench-stand.ts";

/** A runtime whose timers follow another clock than its own paused one. */
export class OnClock extends HandDriven {
  override readonly timers: Timers;

  constructor(clock: Clock) {
    super();
    this.timers = new Timers(clock);
  }
}

/** Advances the clock and fires what is due. */
export function advanceBy(runtime: HandDriven, durationMs: number): void {
  runtime.clock.advance(durationMs);
  runtime.timers.fire();
}

/** Runs all tasks to their ends as an executor with a paused clock does: time goes on when no task can run. */
export function runToEnd(runtime: HandDriven): void {
  for (;;) {
    runtime.settle();
    const deadlineMs = runtime.timers.nextDeadlineMs();
    if (deadlineMs === Infinity) return;
    runtime.clock.skipTo(deadlineMs);
    runtime.timers.fire();
  }
}
