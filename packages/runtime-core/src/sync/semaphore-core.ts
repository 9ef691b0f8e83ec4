// Permits that are handed out in the order in which they were asked for: what semaphores and locks are made of.
//
// What holds between any two calls: while somebody waits, no permit is free. A request that cannot be met takes what there is and
// waits for the rest, so a large one at the head of the queue blocks small ones behind it instead of being starved by them, and
// taking a permit without waiting cannot overtake anybody.
import { ambient } from "../future/ambient.ts";
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Waiter, WaitList } from "./wait-list.ts";

/** The semaphore was closed: nothing can be acquired from it any more. */
export class SemaphoreClosedError extends Error {
  override readonly name = "SemaphoreClosedError";
  constructor() {
    super("the semaphore was closed; nothing can be acquired from it any more");
  }
}

export class SemaphoreCore {
  /** How many permits are free. */
  permits: number;
  isClosed = false;
  private readonly waiters = new WaitList();

  constructor(permits: number) {
    this.permits = permits;
  }

  /** Takes `count` permits if they are free. Does not look at {@link isClosed}. */
  tryTake(count: number): boolean {
    if (count > this.permits) return false;
    this.permits -= count;
    return true;
  }

  /** Queues for `count` permits, which must be more than are free. The waiter's note is how many it still lacks. */
  enqueue(count: number, waker: Waker): Waiter {
    const waiter = new Waiter(waker, count - this.permits);
    this.permits = 0;
    this.waiters.append(waiter);
    return waiter;
  }

  /** For a waiter that asked for `count` and wants none any more, whether it was served or not: others get what it got. */
  cancel(waiter: Waiter, count: number): void {
    this.waiters.remove(waiter);
    this.release(count - waiter.note);
  }

  /** Gives `count` permits to those who wait, first come, first served, and frees the rest. */
  release(count: number): void {
    const { waiters } = this;
    let spare = count;
    while (spare > 0) {
      const waiter = waiters.first;
      if (waiter === null) break;
      if (waiter.note > spare) {
        waiter.note -= spare;
        return;
      }
      spare -= waiter.note;
      waiter.note = 0;
      waiters.shift();
      waiter.wake();
    }
    this.permits += spare;
  }

  /** Wakes everybody to learn that they wait in vain. */
  close(): void {
    this.isClosed = true;
    for (const waiter of this.waiters.drain()) waiter.wake();
  }
}

/**
 * Waits for permits and makes of them what `grant` returns. A single class for semaphores and every lock, so that a coroutine
 * that uses several of them still polls one shape.
 */
export class Acquire<G> extends Future<G> {
  private readonly core: SemaphoreCore;
  private readonly count: number;
  private readonly grant: (count: number) => G;
  private waiter: Waiter | null = null;
  private done = false;

  constructor(core: SemaphoreCore, count: number, grant: (count: number) => G) {
    super();
    this.core = core;
    this.count = count;
    this.grant = grant;
  }

  override poll(cx: Context): Poll<G> {
    if (this.done) throw new PolledAfterCompletionError("acquire or lock");
    if (cx.exhausted()) return Pending;
    const { core, count, waiter } = this;
    if (core.isClosed) {
      this.drop();
      throw new SemaphoreClosedError();
    }
    if (waiter === null) {
      if (!core.tryTake(count)) {
        this.waiter = core.enqueue(count, cx.waker);
        return Pending;
      }
    } else if (waiter.isWaiting) {
      waiter.waker = cx.waker;
      return Pending;
    } else {
      this.waiter = null;
    }
    this.done = true;
    cx.budget--;
    return this.grant(count);
  }

  override drop(): void {
    const { waiter } = this;
    this.done = true;
    this.waiter = null;
    if (waiter !== null) this.core.cancel(waiter, this.count);
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, G> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}
