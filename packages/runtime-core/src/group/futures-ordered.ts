// A queue of futures in one task that run at the same time, and whose values come in the order of the queue.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Next } from "../stream/consumers/next.ts";
import { End, type Source } from "../stream/source.ts";
import { Child, Children } from "./children.ts";

/** A place in the queue. */
class Slot<T> extends Child<T> {
  behind: Slot<T> | null = null;
}

/**
 * Futures that run concurrently within the task that polls the group, and that are handed out in order: a value whose turn has
 * not come is kept until then. Only those that were woken are polled. `Stream.from` gives the group the adapters of a stream.
 *
 * When a future throws, `next` throws its error in its turn, and the others go on.
 */
export class FuturesOrdered<T> implements Source<T> {
  private readonly children: Children<T> = new Children();
  private front: Slot<T> | null = null;
  private back: Slot<T> | null = null;
  private length = 0;
  private dropped = false;

  constructor(futures: Iterable<Future<T>> = []) {
    for (const future of futures) this.pushBack(future);
  }

  /** How many futures have not finished or have not been handed out. */
  get size(): number {
    return this.length;
  }

  /** Adds a future behind all others. @throws PolledAfterCompletionError after the group was dropped */
  pushBack(future: Future<T>): void {
    const slot = this.add(future);
    if (this.back === null) this.front = slot;
    else this.back.behind = slot;
    this.back = slot;
  }

  /** Adds a future before all others: it is handed out next. @throws PolledAfterCompletionError after the group was dropped */
  pushFront(future: Future<T>): void {
    const slot = this.add(future);
    slot.behind = this.front;
    this.front = slot;
    this.back ??= slot;
  }

  private add(future: Future<T>): Slot<T> {
    if (this.dropped) throw new PolledAfterCompletionError("group");
    const slot = new Slot(future, this.children);
    this.children.add(slot);
    this.length++;
    return slot;
  }

  /** The value of the first in the queue; `End` while the group is empty, also when it is filled again later. */
  pollNext(cx: Context): Poll<T | End> {
    if (this.dropped) throw new PolledAfterCompletionError("group");
    const { front } = this;
    if (front === null) return End;
    // A group that is filled as fast as it is emptied would go on for ever.
    if (cx.exhausted()) return Pending;
    while (front.future !== null) {
      if (this.children.pollFinished(cx) === Pending) return Pending;
    }
    this.front = front.behind;
    if (this.front === null) this.back = null;
    this.length--;
    cx.budget--;
    return front.take();
  }

  /** Waits for {@link FuturesOrdered.pollNext}. Dropping the wait leaves the group as it is. */
  next(): Future<T | End> {
    return new Next(this);
  }

  /** Drops every unfinished future, in the order in which they were added, and forgets the values of the others. */
  drop(): void {
    this.dropped = true;
    this.front = this.back = null;
    this.length = 0;
    this.children.drop();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}
