// What the owned and the hosted runtime can both be told.
import type { BlockingPool, JoinError } from "@pollab/runtime-core/task";
import { type Clock, PausableClock } from "@pollab/runtime-core/time";
import { Pace } from "./pace.ts";
import { SystemClock } from "./system-clock.ts";

/** How a runtime is made, owned or hosted. */
export interface RuntimeOptions {
  /** The process's monotonic clock unless given; that one can be paused from within, by `pause()`. */
  readonly clock?: Clock;
  /**
   * Turns of tasks between two looks at what has happened outside, an integer of at least 1. Unless given, as many as fit into a
   * millisecond, 256 at most.
   */
  readonly eventInterval?: number;
  /** Of the random choices that fairness needs; itself random unless given. */
  readonly seed?: number;
  /** Is told of a task that failed after its handle was dropped. Writes to stderr unless given. */
  readonly onUnobservedFailure?: (error: JoinError) => void;
  /** The threads for calls that block. Serves this runtime alone, and is closed together with it. */
  readonly blocking?: BlockingPool;
}

/** @throws RangeError */
export function paceOf({ eventInterval }: RuntimeOptions): Pace {
  if (eventInterval !== undefined && (!Number.isInteger(eventInterval) || eventInterval < 1)) {
    throw new RangeError(`eventInterval expects an integer of at least 1, but was given ${eventInterval}`);
  }
  return new Pace(eventInterval);
}

export function seedOf({ seed = Math.random() * 0x1_0000_0000 }: RuntimeOptions): number {
  return seed;
}

export function clockOf({ clock = new PausableClock(new SystemClock()) }: RuntimeOptions): Clock {
  return clock;
}
