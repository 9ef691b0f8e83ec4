// A semaphore between threads, and the permits that coroutines and the main thread have of it. Tasks keep theirs in a field.
import { Pending, type Poll } from "@pollab/runtime-core/future";
import type { Member } from "../runtime/member.ts";
import { SEMAPHORE_KIND } from "../memory/thing.ts";
import { Acquired, Closed, SEMAPHORE_WORDS } from "../memory/semaphore.ts";
import { OwnedHandle } from "./owned.ts";
import { SharedWait } from "./shared-wait.ts";

/** A semaphore was closed: nobody gets permits of it any more. */
export class SemaphoreClosedError extends Error {
  override readonly name = "SemaphoreClosedError";
  constructor() {
    super("the semaphore is closed: nobody gets permits of it any more");
  }
}

/** As many as a word holds, and then some room for those that are added. */
const MAX_PERMITS = 0x3fff_ffff;

/** Makes a semaphore. The caller owns it. @throws RangeError, HeapFullError */
export function makeSemaphore(member: Member, permits: number): Semaphore {
  if (!Number.isInteger(permits) || permits < 0 || permits > MAX_PERMITS) {
    throw new RangeError(`semaphore: expected from 0 to ${MAX_PERMITS} permits, got ${permits}`);
  }
  const at = member.makeShared(SEMAPHORE_KIND, SEMAPHORE_WORDS);
  member.semaphores.initialise(at, permits);
  const semaphore = new Semaphore(member, at, true);
  member.own(semaphore);
  return semaphore;
}

/** @throws RangeError */
export function checkPermits(count: number): void {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`acquire: expected at least 1 permit, got ${count}`);
}

/** Limits how many do something at a time, on all threads together. First come, first served. */
export class Semaphore extends OwnedHandle {
  /** Permits that nobody has. */
  get availablePermits(): number {
    return this.member.semaphores.available(this.at);
  }

  /**
   * For coroutines, and, by `.promise()`, for the main thread: waits for `count` permits. Sendable tasks have a field of the kind
   * `permit` for that.
   *
   * @throws SemaphoreClosedError (the future), RangeError
   */
  acquire(count: number = 1): SharedWait<HeldPermit> {
    checkPermits(count);
    const { at, member } = this;
    return new SharedWait(
      member,
      (waiter, generation): Poll<HeldPermit> => {
        if (waiter === 0) return member.semaphores.tryAcquire(at, count) ? new HeldPermit(member, at, count) : Pending;
        const result = member.semaphores.acquire(at, count, waiter, generation);
        if (result === Closed) throw new SemaphoreClosedError();
        return result === Acquired ? new HeldPermit(member, at, count) : Pending;
      },
      this.hold,
    );
  }

  /** Permits if that needs no waiting, otherwise undefined. @throws RangeError */
  tryAcquire(count: number = 1): HeldPermit | undefined {
    checkPermits(count);
    return this.member.semaphores.tryAcquire(this.at, count) ? new HeldPermit(this.member, this.at, count) : undefined;
  }

  /** Adds permits. */
  addPermits(count: number): void {
    checkPermits(count);
    this.member.semaphores.release(this.at, count);
  }

  /** Nobody gets permits any more; those who wait learn it. Idempotent. */
  shut(): void {
    this.member.semaphores.close(this.at);
  }

  protected override drop(): void {
    this.member.disown(this.at);
  }
}

/** Permits of a semaphore that a coroutine or the main thread holds. */
export class HeldPermit {
  readonly count: number;
  private readonly member: Member;
  private at: number;

  /** @internal */
  constructor(member: Member, at: number, count: number) {
    this.member = member;
    this.at = at;
    this.count = count;
    member.retain(at);
  }

  /** Gives them back. Idempotent. */
  release(): void {
    const { at } = this;
    if (at === 0) return;
    this.at = 0;
    this.member.semaphores.release(at, this.count);
    this.member.disown(at);
  }

  /** For `using`: the same as `release()`. */
  [Symbol.dispose](): void {
    this.release();
  }
}
