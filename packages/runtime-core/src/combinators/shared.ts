// One future with many awaiters.
//
// Whichever handle is polled first after a wake polls the future, with the shared state as its waker; the others only leave
// their wakers. A wake of the future wakes every handle that waits: any one of them might never be polled again. So
// when the future is polled, nobody waits but the handle that polls it.
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { Outcome } from "./capture.ts";

class SharedState<T> implements Waker {
  /** Null once it has finished or been dropped. */
  private future: Future<T> | null;
  private outcome: Outcome<T> | null = null;
  private woken = true;
  private handles = 1;
  /** The handles that wait, in the order in which they began to. */
  private readonly waiting: Map<Handle<T>, Waker> = new Map();

  constructor(future: Future<T>) {
    this.future = future;
  }

  wake(): void {
    this.woken = true;
    for (const [handle, waker] of this.waiting) {
      this.waiting.delete(handle);
      waker.wake();
    }
  }

  poll(handle: Handle<T>, cx: Context): Poll<Outcome<T>> {
    if (this.outcome !== null) return this.outcome;
    const { taskWaker, waker } = cx;
    // Before the poll: the future may wake itself in it.
    this.waiting.set(handle, waker);
    if (!this.woken || this.future === null) return Pending;
    this.woken = false;
    cx.waker = this;
    cx.taskWaker ??= waker;
    let outcome: Outcome<T>;
    try {
      const value = this.future.poll(cx);
      if (value === Pending) return Pending;
      outcome = { ok: true, value };
    } catch (error) {
      outcome = { ok: false, error };
    } finally {
      cx.waker = waker;
      cx.taskWaker = taskWaker;
    }
    this.future = null;
    this.outcome = outcome;
    return outcome;
  }

  join(): void {
    this.handles++;
  }

  leave(handle: Handle<T>): void {
    this.waiting.delete(handle);
    if (--this.handles > 0) return;
    const { future } = this;
    this.future = null;
    future?.drop();
  }
}

/** One handle of a future that {@link shared} shares. */
export interface Shared<T> extends Future<T> {
  /** A further handle. @throws PolledAfterCompletionError when this one has finished or been dropped */
  clone(): Shared<T>;
}

class Handle<T> extends Future<T> implements Shared<T> {
  private state: SharedState<T> | null;

  constructor(state: SharedState<T>) {
    super();
    this.state = state;
  }

  clone(): Shared<T> {
    if (this.state === null) throw new PolledAfterCompletionError("shared future");
    this.state.join();
    return new Handle(this.state);
  }

  override poll(cx: Context): Poll<T> {
    const { state } = this;
    if (state === null) throw new PolledAfterCompletionError("shared future");
    const outcome = state.poll(this, cx);
    if (outcome === Pending) return Pending;
    this.drop();
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  override drop(): void {
    const { state } = this;
    this.state = null;
    state?.leave(this);
  }
}

/**
 * Lets many tasks await one future: each awaits a handle of its own, made by `clone`, and gets the same value or the same
 * error. Keep a handle unpolled to give out clones also after the end. The future runs in the task of whichever handle is
 * polled, and is dropped when its last handle is.
 */
export function shared<T>(future: Future<T>): Shared<T> {
  return new Handle(new SharedState(future));
}
