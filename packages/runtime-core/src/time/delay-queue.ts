// Values that come out when their time has come: a cache's entries, retries, leases.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { currentContext, Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { End, type Source } from "../stream/source.ts";
import { Instant, type Moment, momentMs } from "./instant.ts";
import { checkDuration, type Sleep, sleepUntil } from "./sleep.ts";
import { NO_PLACE, Wheel, type WheelEntry } from "./wheel.ts";

/** A value in a `DelayQueue`, and the key to it: what `insert` returns, and what comes out again. */
export interface Delayed<T> {
  readonly value: T;
  /** When the value comes out. */
  readonly deadline: Instant;
}

class Entry<T> implements Delayed<T>, WheelEntry<Entry<T>> {
  readonly value: T;
  readonly queue: DelayQueue<T>;
  deadlineMs: number;
  place: number = NO_PLACE;
  previous: Entry<T> | null = null;
  following: Entry<T> | null = null;

  constructor(value: T, deadlineMs: number, queue: DelayQueue<T>) {
    this.value = value;
    this.deadlineMs = deadlineMs;
    this.queue = queue;
  }

  get deadline(): Instant {
    return new Instant(this.deadlineMs);
  }
}

/**
 * A queue of values, each of which comes out once its deadline has passed: by deadline in whole milliseconds, those of the same
 * one in the order of insertion. It counts and rounds as `sleep` does, and has one timer however many values it holds.
 *
 * As a stream it is at its end while it is empty, and goes on when something is inserted. It belongs to one runtime, in which
 * `insert` and `reset` are to be called.
 */
export class DelayQueue<T> implements Source<Delayed<T>> {
  /** Made with the first entry, at that time. */
  private wheel: Wheel<Entry<T>> | null = null;
  /** Runs to the wheel's next tick while a task waits, and holds its waker. */
  private readonly delay: Sleep = sleepUntil(Infinity);

  /** How many values are in the queue, those that are due included. */
  get size(): number {
    return this.wheel === null ? 0 : this.wheel.size;
  }

  /**
   * Puts in a value that comes out after `delayMs` milliseconds; returns the key to it.
   *
   * @throws RangeError unless the delay is at least 0
   * @throws AwaitOutsidePollError outside of a runtime
   */
  insert(value: T, delayMs: number): Delayed<T> {
    checkDuration("DelayQueue.insert", delayMs);
    return this.insertAt(value, currentContext().runtime.timers.nowMs() + delayMs);
  }

  /**
   * Puts in a value that comes out at `deadline`, at once if that has passed; returns the key to it.
   *
   * @throws RangeError for NaN
   * @throws AwaitOutsidePollError outside of a runtime
   */
  insertAt(value: T, deadline: Moment): Delayed<T> {
    this.wheel ??= new Wheel(currentContext().runtime.timers.nowMs());
    const entry = new Entry(value, momentMs(deadline), this);
    this.put(this.wheel, entry);
    return entry;
  }

  /** Takes a value out early. Returns whether it was still in the queue. @throws TypeError for another queue's key */
  remove(key: Delayed<T>): boolean {
    const entry = this.entryOf(key);
    if (entry.place === NO_PLACE) return false;
    this.wheel?.remove(entry);
    if (this.size === 0) this.wakeConsumer();
    return true;
  }

  /**
   * Makes a value come out `delayMs` milliseconds from now instead, behind those that already have that deadline. One that
   * has come out or was removed goes in again.
   *
   * @throws RangeError unless the delay is at least 0
   * @throws TypeError for another queue's key
   * @throws AwaitOutsidePollError outside of a runtime
   */
  reset(key: Delayed<T>, delayMs: number): void {
    checkDuration("DelayQueue.reset", delayMs);
    this.resetAt(key, currentContext().runtime.timers.nowMs() + delayMs);
  }

  /** Makes a value come out at `deadline` instead; otherwise as `reset`. @throws RangeError for NaN */
  resetAt(key: Delayed<T>, deadline: Moment): void {
    const entry = this.entryOf(key);
    const deadlineMs = momentMs(deadline);
    this.wheel ??= new Wheel(currentContext().runtime.timers.nowMs());
    this.wheel.remove(entry);
    entry.deadlineMs = deadlineMs;
    this.put(this.wheel, entry);
  }

  /** The value that comes out next; null if the queue is empty. */
  peek(): Delayed<T> | null {
    return this.wheel === null ? null : this.wheel.peek();
  }

  /** Takes everything out. */
  clear(): void {
    this.empty();
    this.wakeConsumer();
  }

  /** Waits for the next value whose time has come; `End` if the queue is empty. Dropping the wait loses nothing. */
  next(): Future<Delayed<T> | End> {
    return new Next(this);
  }

  /** Polls for the next value whose time has come; `End` if the queue is empty. Only the waker of the latest poll is called. */
  pollNext(cx: Context): Poll<Delayed<T> | End> {
    const { wheel, delay } = this;
    // Whoever took the last value out has ended the wait for it.
    if (wheel === null || wheel.size === 0) return End;
    if (cx.exhausted()) return Pending;
    wheel.advanceTo(cx.runtime.timers.nowMs());
    const entry = wheel.shiftDue();
    if (entry !== null) {
      cx.budget--;
      delay.suspend();
      return entry;
    }
    // The first deadline may have changed since the last poll.
    const nextMs = wheel.nextTick();
    if (delay.deadlineMs !== nextMs) delay.reset(nextMs);
    delay.wakeAtDeadline(cx);
    return Pending;
  }

  /** For `next`: nobody waits any more. */
  suspend(): void {
    this.delay.suspend();
  }

  /** Takes everything out and leaves no timer. Idempotent. */
  drop(): void {
    this.empty();
    this.delay.suspend();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }

  private empty(): void {
    this.wheel?.advanceTo(Infinity);
    while (this.wheel?.shiftDue()) {
      // A key to nothing knows it.
    }
    this.wheel = null;
  }

  private put(wheel: Wheel<Entry<T>>, entry: Entry<T>): void {
    wheel.insert(entry);
    if (entry.deadlineMs < this.delay.deadlineMs) this.wakeConsumer();
  }

  private wakeConsumer(): void {
    const { delay } = this;
    // Without a place, nobody waits or the wake has been.
    if (delay.place === NO_PLACE) return;
    const { waker } = delay;
    delay.suspend();
    waker.wake();
  }

  private entryOf(key: Delayed<T>): Entry<T> {
    if (key instanceof Entry && key.queue === this) return key as Entry<T>;
    throw new TypeError("a DelayQueue expects a key that its own insert returned");
  }
}

class Next<T> extends Future<Delayed<T> | End> {
  private queue: DelayQueue<T> | null;

  constructor(queue: DelayQueue<T>) {
    super();
    this.queue = queue;
  }

  override poll(cx: Context): Poll<Delayed<T> | End> {
    if (this.queue === null) throw new PolledAfterCompletionError("wait for a DelayQueue");
    const result = this.queue.pollNext(cx);
    if (result !== Pending) this.queue = null;
    return result;
  }

  override drop(): void {
    this.queue?.suspend();
    this.queue = null;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, Delayed<T> | End> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}
