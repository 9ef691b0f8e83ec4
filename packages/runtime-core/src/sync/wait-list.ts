// Who waits, in the order of arrival: a doubly linked list through the waiters, so that joining, leaving from anywhere and being
// served all take constant time.
//
// A waiter is an object of its own and not the future that waits: only a future that really has to wait pays for one, and the
// list meets a single class however many kinds of future use it (see Future.next on what more than four would cost).
import type { Waker } from "../future/context.ts";

/** A place in a {@link WaitList}. It waits once: who waits again makes a new one. */
export class Waiter {
  /** Null for one that cannot be woken: it has not been polled yet, was woken already, or has given up. */
  waker: Waker | null;
  /** A word between the one who waits and the one who serves: what is still wanted, or what was given. */
  note: number;
  /** The list's business, as are both neighbours; true from `append` until the waiter was served or has left. */
  isWaiting = false;
  previous: Waiter | null = null;
  following: Waiter | null = null;

  constructor(waker: Waker | null, note: number) {
    this.waker = waker;
    this.note = note;
  }

  /** Wakes at most once. Call it last: wakers are foreign code, which may come back. */
  wake(): void {
    const waker = this.waker;
    this.waker = null;
    if (waker !== null) waker.wake();
  }
}

export class WaitList {
  private head: Waiter | null = null;
  private tail: Waiter | null = null;

  get isEmpty(): boolean {
    return this.head === null;
  }

  /** The one that has waited longest; null when nobody waits. */
  get first(): Waiter | null {
    return this.head;
  }

  append(waiter: Waiter): void {
    const { tail } = this;
    waiter.isWaiting = true;
    waiter.previous = tail;
    if (tail === null) this.head = waiter;
    else tail.following = waiter;
    this.tail = waiter;
  }

  /** Takes the one that has waited longest out of the list; null when nobody waits. */
  shift(): Waiter | null {
    const { head } = this;
    if (head !== null) this.unlink(head);
    return head;
  }

  /** Takes the one that came last out of the list; null when nobody waits. */
  pop(): Waiter | null {
    const { tail } = this;
    if (tail !== null) this.unlink(tail);
    return tail;
  }

  /** For one that gives up: it leaves, unless it was served before, and is not woken any more. */
  remove(waiter: Waiter): void {
    waiter.waker = null;
    if (waiter.isWaiting) this.unlink(waiter);
  }

  /** Empties the list and returns who waited, in order: whoever serves them all does so before it wakes the first. */
  drain(): Waiter[] {
    const waiters: Waiter[] = [];
    for (let waiter = this.shift(); waiter !== null; waiter = this.shift()) waiters.push(waiter);
    return waiters;
  }

  private unlink(waiter: Waiter): void {
    const { previous, following } = waiter;
    if (previous === null) this.head = following;
    else previous.following = following;
    if (following === null) this.tail = previous;
    else following.previous = previous;
    waiter.isWaiting = false;
    waiter.previous = waiter.following = null;
  }
}
