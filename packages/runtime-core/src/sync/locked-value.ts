// What a lock and its guards share: the value, and the permits to reach it.
import { SemaphoreCore } from "./semaphore-core.ts";

/** A value was reached for through a guard that had been dropped. */
export class GuardDroppedError extends Error {
  override readonly name = "GuardDroppedError";
  constructor() {
    super("this guard was dropped, so the lock may be somebody else's by now; lock again to reach the value");
  }
}

export class LockedValue<T> extends SemaphoreCore {
  value: T;

  constructor(permits: number, value: T) {
    super(permits);
    this.value = value;
  }
}

/** Throws the error of a guard that holds nothing. */
export function guardDropped(): never {
  throw new GuardDroppedError();
}
