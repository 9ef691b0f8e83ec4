// Counting tasks without keeping them, for programs that end gracefully: close, then wait until the last one is gone.
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { currentContext, Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { JoinHandle } from "./join-handle.ts";
import type { Runtime, SpawnOptions } from "./runtime.ts";

/** Stands for something that is tracked until it is dropped. */
export interface TaskTrackerToken extends Disposable {
  /** Idempotent. */
  drop(): void;
}

/** Differs from every number of exits. */
const BEFORE_ANY = -1;

/**
 * Knows how many tasks are under way, and nothing of their results: unlike in a `JoinSet`, what has finished is gone without
 * being asked for. `wait()` ends when the tracker is closed and empty. Closing keeps nobody from spawning.
 */
export class TaskTracker {
  private count = 0;
  private closed = false;
  /** How often it became closed and empty. */
  private exits = 0;
  private readonly waiters = new Map<Future<void>, Waker>();

  /** Futures and tokens that are tracked. */
  get size(): number {
    return this.count;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Starts a tracked task on the runtime that polls the caller. @throws AwaitOutsidePollError outside of a runtime */
  spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
    return this.spawnOn(currentContext().runtime, future, options);
  }

  /** Starts a tracked task on a certain runtime, or in a `LocalSet`. */
  spawnOn<T>(target: Pick<Runtime, "spawn">, future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
    return target.spawn(this.trackFuture(future), options);
  }

  /** `future`, tracked from now on until it has finished or is dropped. */
  trackFuture<T>(future: Future<T>): Future<T> {
    return new Tracked(future, this.token());
  }

  /** Tracks something until the token is dropped. */
  token(): TaskTrackerToken {
    this.count++;
    return new Token(this);
  }

  /** From now on `wait()` ends when nothing is tracked. @returns false when it was closed before */
  close(): boolean {
    if (this.closed) return false;
    this.closed = true;
    if (this.count === 0) this.notify();
    return true;
  }

  /** Undoes `close`. @returns false when it was not closed */
  reopen(): boolean {
    const wasClosed = this.closed;
    this.closed = false;
    return wasClosed;
  }

  /**
   * Waits until the tracker is closed and empty, once it has been so for a moment since this call, even if it was reopened or
   * filled again meanwhile.
   */
  wait(): Future<void> {
    return new Wait(this, this.isDone ? BEFORE_ANY : this.exits);
  }

  /** For tokens. */
  untrack(): void {
    this.count--;
    if (this.count === 0 && this.closed) this.notify();
  }

  private get isDone(): boolean {
    return this.closed && this.count === 0;
  }

  /** For waiting futures, which end when `exits` is not any more what it was when they were made. */
  pollExit(cx: Context, waiter: Future<void>, exitsBefore: number): Poll<void> {
    if (this.isDone || this.exits !== exitsBefore) {
      this.waiters.delete(waiter);
      return undefined;
    }
    this.waiters.set(waiter, cx.waker);
    return Pending;
  }

  /** For waiting futures. */
  leave(waiter: Future<void>): void {
    this.waiters.delete(waiter);
  }

  private notify(): void {
    this.exits++;
    const wakers = [...this.waiters.values()];
    this.waiters.clear();
    for (const waker of wakers) waker.wake();
  }
}

class Token implements TaskTrackerToken {
  /** Null once dropped. */
  private tracker: TaskTracker | null;

  constructor(tracker: TaskTracker) {
    this.tracker = tracker;
  }

  drop(): void {
    const { tracker } = this;
    this.tracker = null;
    tracker?.untrack();
  }

  [Symbol.dispose](): void {
    this.drop();
  }
}

class Tracked<T> extends Future<T> {
  /** Null once done. */
  private future: Future<T> | null;
  private readonly token: TaskTrackerToken;

  constructor(future: Future<T>, token: TaskTrackerToken) {
    super();
    this.future = future;
    this.token = token;
  }

  override poll(cx: Context): Poll<T> {
    if (this.future === null) throw new PolledAfterCompletionError("tracked future");
    let isDone = true;
    try {
      const result = this.future.poll(cx);
      isDone = result !== Pending;
      return result;
    } finally {
      if (isDone) this.finish();
    }
  }

  override drop(): void {
    const { future } = this;
    try {
      future?.drop();
    } finally {
      this.finish();
    }
  }

  private finish(): void {
    this.future = null;
    this.token.drop();
  }
}

class Wait extends Future<void> {
  /** Null once done. */
  private tracker: TaskTracker | null;
  private readonly exitsBefore: number;

  constructor(tracker: TaskTracker, exitsBefore: number) {
    super();
    this.tracker = tracker;
    this.exitsBefore = exitsBefore;
  }

  override poll(cx: Context): Poll<void> {
    if (this.tracker === null) throw new PolledAfterCompletionError("wait");
    const result = this.tracker.pollExit(cx, this, this.exitsBefore);
    if (result !== Pending) this.tracker = null;
    return result;
  }

  override drop(): void {
    this.tracker?.leave(this);
    this.tracker = null;
  }
}
