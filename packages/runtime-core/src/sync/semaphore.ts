// The counting semaphore: at most so many at once.
import type { Future } from "../future/future.ts";
import { Acquire, SemaphoreClosedError, SemaphoreCore } from "./semaphore-core.ts";

/**
 * Permits that were taken from a semaphore. They go back when this is dropped, for which `using` is the natural form. It borrows
 * nothing, so it may be stored, returned or handed to another task: what tokio calls an owned permit is the only kind.
 */
export class SemaphorePermit {
  private readonly core: SemaphoreCore;
  private count: number;

  /** For semaphores: the permits have been taken from `core`. @internal */
  constructor(core: SemaphoreCore, count: number) {
    this.core = core;
    this.count = count;
  }

  /** How many permits this stands for; 0 once it was dropped, forgotten or merged into another. */
  get numPermits(): number {
    return this.count;
  }

  /** Gives the permits back. Idempotent. */
  drop(): void {
    const { count } = this;
    this.count = 0;
    this.core.release(count);
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }

  /** Keeps the permits from ever going back: the semaphore has that many fewer from now on. */
  forget(): void {
    this.count = 0;
  }

  /**
   * Takes over the permits of `other`, which is left with none.
   *
   * @throws RangeError when `other` is of another semaphore, or is this permit itself
   */
  merge(other: SemaphorePermit): void {
    if (other.core !== this.core) throw new RangeError("merge expects a permit of the same semaphore");
    if (other === this) throw new RangeError("merge expects another permit, but was given the permit itself");
    this.count += other.count;
    other.count = 0;
  }

  /**
   * Moves `count` of the permits into a new one; null when this has fewer.
   *
   * @throws RangeError unless `count` is an integer of at least 0
   */
  split(count: number): SemaphorePermit | null {
    checkCount("split", count);
    if (count > this.count) return null;
    this.count -= count;
    return new SemaphorePermit(this.core, count);
  }
}

/**
 * Hands out a number of permits, first come, first served: a request for many that waits at the head of the queue blocks those
 * for few behind it. There is no blocking form of waiting: the one thread would wait for itself.
 */
export class Semaphore {
  /** The most permits that a semaphore can have free: the integers up to here are exact. */
  static readonly MAX_PERMITS: number = Number.MAX_SAFE_INTEGER;

  private readonly core: SemaphoreCore;
  private readonly grant = (count: number): SemaphorePermit => new SemaphorePermit(this.core, count);

  /** @throws RangeError unless `permits` is an integer from 0 to `MAX_PERMITS` */
  constructor(permits: number) {
    checkCount("Semaphore", permits);
    this.core = new SemaphoreCore(permits);
  }

  /** Free permits. None is free while somebody waits: the one at the head of the queue has taken what it can get. */
  get availablePermits(): number {
    return this.core.permits;
  }

  get isClosed(): boolean {
    return this.core.isClosed;
  }

  /**
   * Waits for one permit. Dropping the future gives up the place in the queue, and the permit if it was already granted.
   *
   * @throws SemaphoreClosedError (the future) when the semaphore is closed
   */
  acquire(): Future<SemaphorePermit> {
    return new Acquire(this.core, 1, this.grant);
  }

  /**
   * Waits for `count` permits, all at once. More than there are is no error: permits may be added.
   *
   * @throws RangeError unless `count` is an integer from 0 to `MAX_PERMITS`
   * @throws SemaphoreClosedError (the future) when the semaphore is closed
   */
  acquireMany(count: number): Future<SemaphorePermit> {
    checkCount("acquireMany", count);
    return new Acquire(this.core, count, this.grant);
  }

  /** One permit if it is free, otherwise null. @throws SemaphoreClosedError when the semaphore is closed */
  tryAcquire(): SemaphorePermit | null {
    return this.tryAcquireMany(1);
  }

  /**
   * `count` permits if they are free, otherwise null.
   *
   * @throws RangeError unless `count` is an integer from 0 to `MAX_PERMITS`
   * @throws SemaphoreClosedError when the semaphore is closed
   */
  tryAcquireMany(count: number): SemaphorePermit | null {
    checkCount("tryAcquireMany", count);
    if (this.core.isClosed) throw new SemaphoreClosedError();
    return this.core.tryTake(count) ? this.grant(count) : null;
  }

  /**
   * Adds permits, which go to those who wait first. Works on a closed semaphore, too.
   *
   * @throws RangeError unless `count` is an integer of at least 0, or when more than `MAX_PERMITS` would be free
   */
  addPermits(count: number): void {
    checkCount("addPermits", count);
    if (count > Semaphore.MAX_PERMITS - this.core.permits) {
      throw new RangeError(
        `a semaphore holds at most ${Semaphore.MAX_PERMITS} permits; ${this.core.permits} are free, so ${count} more are too many`,
      );
    }
    this.core.release(count);
  }

  /**
   * Takes up to `count` free permits away for good and returns how many those were.
   *
   * @throws RangeError unless `count` is an integer from 0 to `MAX_PERMITS`
   */
  forgetPermits(count: number): number {
    checkCount("forgetPermits", count);
    const forgotten = Math.min(count, this.core.permits);
    this.core.permits -= forgotten;
    return forgotten;
  }

  /** Lets every request that waits, and every later one, fail with a `SemaphoreClosedError`. Permits that are out stay valid. */
  close(): void {
    this.core.close();
  }
}

function checkCount(what: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(
      `${what} expects a number of permits, an integer from 0 to ${Semaphore.MAX_PERMITS}, but was given ${count}`,
    );
  }
}
