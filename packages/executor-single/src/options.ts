// What the owned and the hosted runtime can both be told.
import type { BlockingPool, JoinError } from "@pollab/runtime-core/task";
import type { Clock } from "@pollab/runtime-core/time";

const DEFAULT_EVENT_INTERVAL = 256;

/** What every runtime can be told. */
/** How a runtime is made, owned or hosted. */
export interface RuntimeOptions {
  readonly clock?: Clock;
  /** Turns of tasks between two looks at what has happened outside, an integer of at least 1; 256 unless given. */
  readonly eventInterval?: number;
  /** Of the random choices that fairness needs; itself random unless given. */
  readonly seed?: number;
  /** Is told of a task that failed after its handle was dropped. Writes to stderr unless given. */
  readonly onUnobservedFailure?: (error: JoinError) => void;
  /** The threads for calls that block. Serves this runtime alone, and is closed together with it. */
  readonly blocking?: BlockingPool;
}

/** @throws RangeError */
export function eventIntervalOf({ eventInterval = DEFAULT_EVENT_INTERVAL }: RuntimeOptions): number {
  if (!Number.isInteger(eventInterval) || eventInterval < 1) {
    throw new RangeError(`eventInterval expects an integer of at least 1, but was given ${eventInterval}`);
  }
  return eventInterval;
}

export function seedOf({ seed = Math.random() * 0x1_0000_0000 }: RuntimeOptions): number {
  return seed;
}
