// Many futures in one task, each with a waker of its own, so that a wake costs one poll and not one of every future.
//
// Each child is the waker that its future is polled with. Woken children stand in a queue, in the order of their wakes, which
// is linked through the children themselves; the first of them also wakes the task. A second list, in the order in which they
// were added, links those that are unfinished, so that they can be dropped in order and leave from anywhere.
//
//     add ----> Queued <---wake--- Waiting
//                 |                   ^
//                 +------- poll ------+--- Pending
//                           |
//                           +---> Finished, with a value or an error
import { dropAll } from "../combinators/drop-all.ts";
import type { Context, Waker } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

export class Child<T> implements Waker {
  /** Null once it has finished or been dropped. */
  future: Future<T> | null;
  /** The value or the error that it ended with, until that is taken. */
  outcome: unknown = undefined;
  failed = false;

  /** The group's business alone, like all that follows. Null once it has finished or been dropped. */
  group: Children<T> | null;
  previous: Child<T> | null = null;
  following: Child<T> | null = null;
  isQueued = false;
  nextQueued: Child<T> | null = null;

  constructor(future: Future<T>, group: Children<T>) {
    this.future = future;
    this.group = group;
  }

  /** Of one that has finished, once: returns its value or throws its error. */
  take(): T {
    const { outcome } = this;
    this.outcome = undefined;
    if (this.failed) throw outcome;
    // What `finish` was given for a value.
    return outcome as T;
  }

  finish(outcome: unknown, failed: boolean): void {
    this.future = null;
    this.outcome = outcome;
    this.failed = failed;
  }

  wake(): void {
    if (!this.isQueued) this.group?.enqueue(this);
  }
}

export class Children<T> {
  /** Of the task that waits; null while nobody does, or once it has been woken. */
  private waker: Waker | null = null;
  private first: Child<T> | null = null;
  private last: Child<T> | null = null;
  private firstQueued: Child<T> | null = null;
  private lastQueued: Child<T> | null = null;
  private unfinished = 0;

  /** How many have not finished. */
  get size(): number {
    return this.unfinished;
  }

  /** Adds `child`, made for this group, to be polled for the first time in its turn. */
  add(child: Child<T>): void {
    const { last } = this;
    child.previous = last;
    if (last === null) this.first = child;
    else last.following = child;
    this.last = child;
    this.unfinished++;
    this.enqueue(child);
  }

  /** For the children: puts one at the end of the queue and wakes the task that waits. */
  enqueue(child: Child<T>): void {
    child.isQueued = true;
    if (this.lastQueued === null) this.firstQueued = child;
    else this.lastQueued.nextQueued = child;
    this.lastQueued = child;
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }

  /** Puts the first `count` of the queue behind the others. */
  rotate(count: number): void {
    for (let i = 0; i < count && this.firstQueued !== null; i++) this.enqueue(this.dequeue(this.firstQueued));
  }

  /**
   * Polls woken children until one has finished, which is returned; null when there are no children. One turn polls those that
   * were woken before it, each once, and ends early when the budget is used up. If more are woken by then, the other tasks run
   * before the next turn.
   */
  pollFinished(cx: Context): Poll<Child<T> | null> {
    if (this.unfinished === 0) return null;
    const { taskWaker, waker } = cx;
    const lastOfTurn = this.lastQueued;
    // Nobody has to be woken while children are polled: what they enqueue is seen at the end.
    this.waker = null;
    let child: Child<T> | null = null;
    cx.taskWaker ??= waker;
    try {
      while (this.firstQueued !== null && child !== lastOfTurn) {
        cx.waker = waker;
        // Children that consume budget would only wake themselves.
        if (cx.exhausted()) return Pending;
        child = this.dequeue(this.firstQueued);
        const { future } = child;
        // Woken in the poll that finished it.
        if (future === null) continue;
        cx.waker = child;
        let value: Poll<T>;
        try {
          value = future.poll(cx);
        } catch (error) {
          return this.finished(child, error, true);
        }
        if (value !== Pending) return this.finished(child, value, false);
      }
    } finally {
      cx.waker = waker;
      cx.taskWaker = taskWaker;
    }
    if (this.firstQueued === null) this.waker = waker;
    else waker.wake();
    return Pending;
  }

  /** Drops the unfinished, in the order in which they were added. All are dropped, whatever one of them throws. */
  drop(): void {
    const futures: (Future<T> | null)[] = [];
    for (let child = this.first; child !== null; child = child.following) {
      futures.push(child.future);
      child.future = child.group = null;
    }
    this.waker = null;
    this.first = this.last = null;
    this.firstQueued = this.lastQueued = null;
    this.unfinished = 0;
    dropAll(futures);
  }

  /** Takes the first out of the queue. */
  private dequeue(first: Child<T>): Child<T> {
    this.firstQueued = first.nextQueued;
    if (this.firstQueued === null) this.lastQueued = null;
    first.nextQueued = null;
    first.isQueued = false;
    return first;
  }

  private finished(child: Child<T>, outcome: unknown, failed: boolean): Child<T> {
    child.finish(outcome, failed);
    const { previous, following } = child;
    if (previous === null) this.first = following;
    else previous.following = following;
    if (following === null) this.last = previous;
    else following.previous = previous;
    child.previous = child.following = child.group = null;
    this.unfinished--;
    return child;
  }
}
