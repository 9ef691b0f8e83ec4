// The mutex that may be held across an await.
//
// Between two awaits a task has the thread for itself, so a value needs a mutex only when it has to stay as it is while its
// user waits for something else.
import type { Future } from "../future/future.ts";
import { guardDropped, LockedValue } from "./locked-value.ts";
import { Acquire } from "./semaphore-core.ts";

/**
 * The right to use the value of a mutex, until it is dropped, for which `using` is the natural form. It borrows nothing, so it
 * may be stored, returned or handed to another task: what tokio calls an owned guard is the only kind. Where every nanosecond
 * counts, `try { … } finally { guard.drop(); }` does the same: on Node.js 24 `using` alone costs more than locking and unlocking.
 */
export class MutexGuard<T> {
  /** Null once dropped. */
  private locked: LockedValue<T> | null;

  /** For mutexes: the lock has been taken. @internal */
  constructor(locked: LockedValue<T>) {
    this.locked = locked;
  }

  /** @throws GuardDroppedError once the guard was dropped */
  get value(): T {
    return (this.locked ?? guardDropped()).value;
  }

  set value(value: T) {
    (this.locked ?? guardDropped()).value = value;
  }

  /** Unlocks: the mutex goes to the one that has waited longest. Idempotent. */
  drop(): void {
    const { locked } = this;
    this.locked = null;
    if (locked !== null) locked.release(1);
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}

/**
 * A value that one task at a time can use. First come, first served: who unlocks hands over, and cannot lock again before those
 * who wait. An error thrown by the holder unlocks, with `using`, and poisons nothing, as in tokio.
 */
export class Mutex<T> {
  private readonly locked: LockedValue<T>;
  private readonly grant = (): MutexGuard<T> => new MutexGuard(this.locked);

  constructor(value: T) {
    this.locked = new LockedValue(1, value);
  }

  /**
   * Waits for the lock: `using guard = yield* mutex.lock();`. Dropping the future gives up the place in the queue, and the lock
   * if it was already handed over.
   */
  lock(): Future<MutexGuard<T>> {
    return new Acquire(this.locked, 1, this.grant);
  }

  /** The guard if the mutex is free, otherwise null. A mutex on its way to one who waits is not free. */
  tryLock(): MutexGuard<T> | null {
    return this.locked.tryTake(1) ? this.grant() : null;
  }
}
