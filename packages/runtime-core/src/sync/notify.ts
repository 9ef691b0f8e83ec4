// Telling a task that something has happened, without saying what: the smallest of the tools, and what others are built on.
import { ambient } from "../future/ambient.ts";
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Waiter, WaitList } from "./wait-list.ts";

class State {
  /** A notification that came when nobody waited. There is at most one. */
  hasPermit = false;
  /** How often all were notified: a future that was made before the latest of those calls is ready. */
  rounds = 0;
  readonly waiters: WaitList = new WaitList();
}

// The notes of waiters: what a waiter that is dropped before it notices has to pass on.
const Nothing = 0;
const NotifiedAsFirst = 1;
const NotifiedAsLast = 2;

function notifyFirst(state: State): void {
  notify(state, state.waiters.shift(), NotifiedAsFirst);
}

function notifyLast(state: State): void {
  notify(state, state.waiters.pop(), NotifiedAsLast);
}

function notify(state: State, waiter: Waiter | null, how: number): void {
  if (waiter === null) {
    state.hasPermit = true;
    return;
  }
  waiter.note = how;
  waiter.wake();
}

function polledAfterCompletion(): never {
  throw new PolledAfterCompletionError("wait for a notification");
}

/** Waits for a notification; see {@link Notify.notified}. */
export class Notified extends Future<void> {
  private readonly state: State;
  private readonly round: number;
  private waiter: Waiter | null = null;
  /** It has its notification, which `poll` has not yet returned. */
  private notified = false;
  private done = false;

  /** @internal */
  constructor(state: State) {
    super();
    this.state = state;
    this.round = state.rounds;
  }

  /**
   * Starts to wait without being polled, and says whether there is a notification already, which is then this future's. From
   * here on it takes its turn among the waiting, so that a `notifyOne` between this call and the first poll is not missed.
   *
   * @throws PolledAfterCompletionError after the future has returned or been dropped
   */
  enable(): boolean {
    if (this.done) polledAfterCompletion();
    return this.take(null);
  }

  override poll(cx: Context): Poll<void> {
    if (this.done) polledAfterCompletion();
    if (cx.exhausted()) return Pending;
    if (!this.take(cx.waker)) return Pending;
    this.done = true;
    cx.budget--;
    return undefined;
  }

  private take(waker: Waker | null): boolean {
    if (this.notified) return true;
    const { state, waiter } = this;
    if (waiter === null) {
      // First what was meant for all, so that the stored permit is left to somebody who needs it.
      if (this.round !== state.rounds) return (this.notified = true);
      if (state.hasPermit) {
        state.hasPermit = false;
        return (this.notified = true);
      }
      this.waiter = new Waiter(waker, Nothing);
      state.waiters.append(this.waiter);
      return false;
    }
    if (waiter.isWaiting) {
      if (waker !== null) waiter.waker = waker;
      return false;
    }
    this.waiter = null;
    return (this.notified = true);
  }

  /** A notification that was meant for one, and that this future has not noticed, goes to another. */
  override drop(): void {
    const { state, waiter } = this;
    this.done = true;
    this.waiter = null;
    if (waiter === null) return;
    state.waiters.remove(waiter);
    if (waiter.note === NotifiedAsFirst) notifyFirst(state);
    else if (waiter.note === NotifiedAsLast) notifyLast(state);
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, void> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/**
 * Wakes tasks. It carries no data: who is woken looks at the state that it shares with the notifier. One notification is kept for
 * whoever waits next, so a single consumer that looks, waits and looks again misses nothing.
 */
export class Notify {
  private readonly state = new State();

  /**
   * Waits for a notification. A `notifyWaiters` after this call is noticed even before the first poll; a `notifyOne` is given to
   * those who were polled (or enabled), first come, first served.
   */
  notified(): Notified {
    return new Notified(this.state);
  }

  /** Notifies the one that has waited longest. When nobody waits, the next that would is ready at once, however often this was called. */
  notifyOne(): void {
    notifyFirst(this.state);
  }

  /** Notifies the one that came last. When nobody waits, this does what `notifyOne` does. */
  notifyLast(): void {
    notifyLast(this.state);
  }

  /** Notifies everybody who holds a future of `notified()` now. Nothing is kept for those who come later. */
  notifyWaiters(): void {
    const { state } = this;
    state.rounds++;
    for (const waiter of state.waiters.drain()) waiter.wake();
  }
}
