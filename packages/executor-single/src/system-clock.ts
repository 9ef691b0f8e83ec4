// The clock of an ordinary runtime.
import type { Clock } from "@pollab/runtime-core/time";

/** The process's monotonic clock. */
export class SystemClock implements Clock {
  nowMs(): number {
    return performance.now();
  }
}
