// Stopping and moving the time of the current runtime: an hour of waiting in a test takes no time.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { currentContext, Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { finiteDuration } from "./clock.ts";

const HINT = "make the runtime with `clock: new PausableClock(…)`";

/**
 * Lets the clock of the current runtime stand still. From then on it moves only by `advance`, and by itself to the next timer
 * whenever no task can run; so what waits for time waits in no time, and in the same order each time.
 *
 * @throws AwaitOutsidePollError outside of a runtime
 * @throws Error if the clock is paused already, or cannot be
 */
export function pause(): void {
  const { clock } = currentContext().runtime.timers;
  if (clock.pause === undefined) throw new Error(`the clock of this runtime cannot be paused; ${HINT}`);
  clock.pause();
}

/**
 * Lets the clock of the current runtime go again, from what it shows.
 *
 * @throws AwaitOutsidePollError outside of a runtime
 * @throws Error unless the clock is paused and can go
 */
export function resume(): void {
  const { clock } = currentContext().runtime.timers;
  if (clock.resume === undefined) throw new Error(`the clock of this runtime cannot be resumed; ${HINT}`);
  clock.resume();
}

class Advance extends Future<void> {
  private readonly durationMs: number;
  private state: "fresh" | "advanced" | "done" = "fresh";

  constructor(durationMs: number) {
    super();
    this.durationMs = durationMs;
  }

  override poll(cx: Context): Poll<void> {
    if (this.state === "done") throw new PolledAfterCompletionError("advance");
    if (this.state === "advanced") {
      this.state = "done";
      return undefined;
    }
    const { timers } = cx.runtime;
    if (timers.clock.advance === undefined) throw new Error(`the clock of this runtime cannot be advanced; ${HINT}`);
    timers.clock.advance(this.durationMs);
    this.state = "advanced";
    // Those whose time has come are woken first, so that they run before the task that advances.
    timers.fire();
    cx.waker.wake();
    return Pending;
  }

  override drop(): void {
    this.state = "done";
  }
}

/**
 * Moves the paused clock of the current runtime on by `durationMs` in one step and lets the tasks run whose timers that ends;
 * they all see the new time. (To let each see the time of its own timer, `sleep` instead.) Nothing moves before the first poll.
 *
 * @throws RangeError unless the duration is finite and at least 0
 * @throws Error when polled, if the clock is not paused
 */
export function advance(durationMs: number): Future<void> {
  return new Advance(finiteDuration(durationMs));
}
