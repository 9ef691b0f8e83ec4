// The lock for many readers or one writer: a read takes one permit, a write takes all of them, and the queue for permits makes
// it fair.
import type { Future } from "../future/future.ts";
import { guardDropped, LockedValue } from "./locked-value.ts";
import { Acquire } from "./semaphore-core.ts";

/** How many can read at once before the next has to wait; tokio's number. */
const MAX_READERS = 2 ** 29 - 1;

/** The right to read the value of a lock, shared with other readers, until it is dropped. May be stored and handed on. */
export class RwLockReadGuard<T> {
  /** Null once dropped. */
  private locked: LockedValue<T> | null;

  /** For locks: one permit has been taken. @internal */
  constructor(locked: LockedValue<T>) {
    this.locked = locked;
  }

  /** The value. Others read it at the same time: that an object is not changed through this is up to its type. @throws GuardDroppedError once the guard was dropped */
  get value(): T {
    return (this.locked ?? guardDropped()).value;
  }

  /** Ends the reading; the last of the readers lets a writer in. Idempotent. */
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

/** The right to change the value of a lock, shared with nobody, until it is dropped. May be stored and handed on. */
export class RwLockWriteGuard<T> {
  /** Null once dropped or downgraded. */
  private locked: LockedValue<T> | null;

  /** For locks: every permit has been taken. @internal */
  constructor(locked: LockedValue<T>) {
    this.locked = locked;
  }

  /** @throws GuardDroppedError once the guard was dropped or downgraded */
  get value(): T {
    return (this.locked ?? guardDropped()).value;
  }

  set value(value: T) {
    (this.locked ?? guardDropped()).value = value;
  }

  /**
   * Goes on as a reader, with no writer in between, and lets those readers in that wait at the head of the queue. This guard
   * is used up.
   *
   * @throws GuardDroppedError once the guard was dropped or downgraded
   */
  downgrade(): RwLockReadGuard<T> {
    const locked = this.locked ?? guardDropped();
    this.locked = null;
    const guard = new RwLockReadGuard(locked);
    locked.release(MAX_READERS - 1);
    return guard;
  }

  /** Ends the writing and lets in who waits at the head of the queue: a writer, or all readers up to the next writer. Idempotent. */
  drop(): void {
    const { locked } = this;
    this.locked = null;
    if (locked !== null) locked.release(MAX_READERS);
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}

/**
 * A value that many can read or one can change. First come, first served: a writer that waits holds up the readers behind it, so
 * readers that keep coming cannot starve it. For the same reason a task that holds a read guard must not wait for another: with a
 * writer in between, both would wait for ever.
 */
export class RwLock<T> {
  private readonly locked: LockedValue<T>;
  private readonly grantRead = (): RwLockReadGuard<T> => new RwLockReadGuard(this.locked);
  private readonly grantWrite = (): RwLockWriteGuard<T> => new RwLockWriteGuard(this.locked);

  constructor(value: T) {
    this.locked = new LockedValue(MAX_READERS, value);
  }

  /** Waits until nobody writes and no writer is ahead. Dropping the future gives up the place in the queue, or the lock. */
  read(): Future<RwLockReadGuard<T>> {
    return new Acquire(this.locked, 1, this.grantRead);
  }

  /** Waits until nobody else reads or writes. Dropping the future gives up the place in the queue, or the lock. */
  write(): Future<RwLockWriteGuard<T>> {
    return new Acquire(this.locked, MAX_READERS, this.grantWrite);
  }

  /** The guard if nobody writes or waits, otherwise null. */
  tryRead(): RwLockReadGuard<T> | null {
    return this.locked.tryTake(1) ? this.grantRead() : null;
  }

  /** The guard if nobody reads, writes or waits, otherwise null. */
  tryWrite(): RwLockWriteGuard<T> | null {
    return this.locked.tryTake(MAX_READERS) ? this.grantWrite() : null;
  }
}
