// Any pollable descriptor on the reactor, for whoever makes the system calls himself.
import { ERRNO, systemError } from "@pollab/io-sys";
import {
  type Context,
  Future,
  Pending,
  type Poll,
  PolledAfterCompletionError,
  type Waker,
} from "@pollab/runtime-core/future";
import { Interest } from "../poll/interest.ts";
import type { Reactor } from "./reactor.ts";
import { READ_CLOSED, READABLE, PRIORITY, WRITABLE, WRITE_CLOSED } from "./readiness.ts";
import { ReadyGuard, WouldBlock } from "./ready-guard.ts";
import type { Registration } from "./registration.ts";

const ALL = Interest.readable + Interest.writable;

/**
 * A descriptor of somebody else's: it is neither read nor closed here. It has to be non-blocking, and to stay open until `close`.
 * `EpollDriver.asyncFd` makes it. Any number of futures may wait at a time.
 *
 * Readiness is remembered until it is cleared: after each `readable` or `writable`, go on until the descriptor would block, and say so
 * by `ReadyGuard.clearReady`, or let `tryIo` and `asyncIo` do it. Otherwise the next wait is over at once.
 */
export class AsyncFd {
  readonly fd: number;
  private readonly interest: number;
  private readonly reactor: Reactor;
  private readonly registration: Registration;
  private readonly waiters: Waiters;

  /** For the driver. @internal */
  constructor(reactor: Reactor, fd: number, interest: number = ALL) {
    this.fd = fd;
    this.interest = interest;
    this.reactor = reactor;
    this.registration = reactor.watch(fd, interest);
    this.waiters = new Waiters(this.registration);
  }

  /** Waits until a read may succeed. @throws SystemError (the future) ECANCELED after `close` */
  readable(): Future<ReadyGuard> {
    return this.ready(Interest.readable);
  }

  /** Waits until a write may succeed. @throws SystemError (the future) ECANCELED after `close` */
  writable(): Future<ReadyGuard> {
    return this.ready(Interest.writable);
  }

  /**
   * Waits for any of `interest`.
   *
   * @throws RangeError when the descriptor was not registered for it
   * @throws SystemError (the future) ECANCELED after `close`
   */
  ready(interest: number): Future<ReadyGuard> {
    return new Ready(this.waiters, this.maskOf(interest));
  }

  /**
   * The result of `attempt` if the descriptor is taken to be ready; `WouldBlock` if it is not, or if `attempt` throws an error whose
   * `code` is EAGAIN, which clears the readiness. Other errors are passed on.
   */
  tryIo<T>(interest: number, attempt: () => T): T | WouldBlock {
    const guard = this.waiters.guard(this.maskOf(interest));
    return guard === null ? WouldBlock : guard.tryIo(attempt);
  }

  /** Waits and attempts until `attempt` does not fail with EAGAIN. @throws what `attempt` throws; SystemError ECANCELED */
  asyncIo<T>(interest: number, attempt: () => T): Future<T> {
    return new AsyncIo(this.waiters, this.maskOf(interest), attempt);
  }

  /** Ends the registration; the descriptor stays open. Whoever waits fails with ECANCELED. Idempotent. */
  close(): void {
    this.reactor.release(this.registration);
  }

  private maskOf(interest: number): number {
    if (interest === 0 || (interest & ~this.interest) !== 0) {
      throw new RangeError(
        `expected some of the interest ${this.interest} that this descriptor is registered for, got ${interest}`,
      );
    }
    let mask = 0;
    if ((interest & Interest.readable) !== 0) mask |= READABLE | READ_CLOSED;
    if ((interest & Interest.writable) !== 0) mask |= WRITABLE | WRITE_CLOSED;
    if ((interest & Interest.priority) !== 0) mask |= PRIORITY | READ_CLOSED;
    return mask;
  }
}

/** One who waits. */
interface Waiter {
  readonly mask: number;
  waker: Waker | null;
}

/** All who wait for one registration. To the registration it is one waker. */
class Waiters implements Waker {
  private readonly registration: Registration;
  private readonly waiting = new Set<Waiter>();

  constructor(registration: Registration) {
    this.registration = registration;
  }

  /** What is ready of `mask`; null when nothing is. @throws SystemError ECANCELED */
  guard(mask: number): ReadyGuard | null {
    if (this.registration.released) throw systemError(ERRNO.ECANCELED, "poll");
    const ready = this.registration.ready & mask;
    return ready === 0 ? null : new ReadyGuard(this.registration, ready);
  }

  /** The same, and if nothing is, the context's waker is called when something may be. */
  poll(cx: Context, waiter: Waiter): ReadyGuard | null {
    const guard = this.guard(waiter.mask);
    if (guard === null) {
      waiter.waker = cx.waker;
      this.waiting.add(waiter);
      this.registration.subscribe(this);
      return null;
    }
    return cx.exhausted() ? null : guard;
  }

  forget(waiter: Waiter): void {
    waiter.waker = null;
    this.waiting.delete(waiter);
  }

  /** Wakes those whom the event concerns, and waits on for the others. */
  wake(): void {
    const { ready, released } = this.registration;
    for (const waiter of this.waiting) {
      if (!released && (ready & waiter.mask) === 0) continue;
      const { waker } = waiter;
      this.forget(waiter);
      waker?.wake();
    }
    if (this.waiting.size > 0) this.registration.subscribe(this);
  }
}

class Ready extends Future<ReadyGuard> implements Waiter {
  readonly mask: number;
  waker: Waker | null = null;
  /** Null once done. */
  private waiters: Waiters | null;

  constructor(waiters: Waiters, mask: number) {
    super();
    this.waiters = waiters;
    this.mask = mask;
  }

  override poll(cx: Context): Poll<ReadyGuard> {
    const { waiters } = this;
    if (waiters === null) throw new PolledAfterCompletionError("ready");
    try {
      const guard = waiters.poll(cx, this);
      if (guard === null) return Pending;
      cx.budget--;
      this.drop();
      return guard;
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  override drop(): void {
    this.waiters?.forget(this);
    this.waiters = null;
  }
}

class AsyncIo<T> extends Future<T> implements Waiter {
  readonly mask: number;
  waker: Waker | null = null;
  private readonly attempt: () => T;
  /** Null once done. */
  private waiters: Waiters | null;

  constructor(waiters: Waiters, mask: number, attempt: () => T) {
    super();
    this.waiters = waiters;
    this.mask = mask;
    this.attempt = attempt;
  }

  override poll(cx: Context): Poll<T> {
    const { waiters } = this;
    if (waiters === null) throw new PolledAfterCompletionError("asyncIo");
    try {
      for (let guard = waiters.poll(cx, this); guard !== null; guard = waiters.poll(cx, this)) {
        const result = guard.tryIo(this.attempt);
        cx.budget--;
        if (result === WouldBlock) continue;
        this.drop();
        return result;
      }
      return Pending;
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  override drop(): void {
    this.waiters?.forget(this);
    this.waiters = null;
  }
}
