// A changing set of futures in one task, whose values come in the order in which they are there.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Next } from "../stream/consumers/next.ts";
import { End, type Source } from "../stream/source.ts";
import { Child, Children } from "./children.ts";

/**
 * Futures that run concurrently within the task that polls the group. Only those that were woken are polled, in the order of
 * their wakes. `Stream.from` gives the group the adapters of a stream.
 *
 * When a future throws, `next` throws its error in the place of its value, and the others go on.
 */
export class FuturesUnordered<T> implements Source<T> {
  private readonly children: Children<T> = new Children();
  private dropped = false;

  constructor(futures: Iterable<Future<T>> = []) {
    for (const future of futures) this.push(future);
  }

  /** How many futures have not finished. */
  get size(): number {
    return this.children.size;
  }

  /** Adds a future; it is first polled when the group next is. @throws PolledAfterCompletionError after the group was dropped */
  push(future: Future<T>): void {
    if (this.dropped) throw new PolledAfterCompletionError("group");
    this.children.add(new Child(future, this.children));
  }

  /** The value of whichever future finishes next; `End` while the group is empty, also when it is filled again later. */
  pollNext(cx: Context): Poll<T | End> {
    if (this.dropped) throw new PolledAfterCompletionError("group");
    const child = this.children.pollFinished(cx);
    if (child === Pending) return Pending;
    if (child === null) return End;
    // A group that is filled as fast as it is emptied would go on for ever.
    cx.budget--;
    return child.take();
  }

  /** Waits for {@link FuturesUnordered.pollNext}. Dropping the wait leaves the group as it is. */
  next(): Future<T | End> {
    return new Next(this);
  }

  /** Drops every unfinished future, in the order in which they were added. */
  drop(): void {
    this.dropped = true;
    this.children.drop();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}
