// The first of any number of futures.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Child, Children } from "../group/children.ts";

class Race<T> extends Future<T> {
  private readonly group: Children<T> = new Children();
  private readonly children: Child<T>[] = [];
  private readonly isDecidedBy: (finished: Child<T>) => boolean;
  private started = false;
  private done = false;

  constructor(futures: Iterable<Future<T>>, isDecidedBy: (finished: Child<T>) => boolean) {
    super();
    this.isDecidedBy = isDecidedBy;
    for (const future of futures) {
      const child = new Child(future, this.group);
      this.children.push(child);
      this.group.add(child);
    }
    if (this.children.length === 0) throw new RangeError("a race expects at least one future, but was given none");
  }

  override poll(cx: Context): Poll<T> {
    if (this.done) throw new PolledAfterCompletionError("race");
    if (!this.started) {
      this.started = true;
      this.group.rotate(cx.runtime.random.below(this.group.size));
    }
    for (;;) {
      const finished = this.group.pollFinished(cx);
      if (finished === Pending) return Pending;
      if (finished === null) {
        this.done = true;
        throw new AggregateError(
          this.children.map((child) => child.outcome),
          "every future of the race failed",
        );
      }
      if (!this.isDecidedBy(finished)) continue;
      this.drop();
      return finished.take();
    }
  }

  override drop(): void {
    this.done = true;
    this.group.drop();
  }
}

/**
 * The value or the error of whichever future finishes first; the others are dropped, in order, before it is returned. The
 * first poll begins with a random one, so that none of several that are ready is preferred. Use `select` to learn which won.
 *
 * @throws RangeError when there are no futures
 */
export function race<T>(futures: Iterable<Future<T>>): Future<T> {
  return new Race(futures, () => true);
}

/**
 * `race` in which a future that throws is out, unless all do: then it throws an `AggregateError` with their errors in the order
 * of the futures. The name is futures-rs' `select_ok` in the words of this module.
 *
 * @throws RangeError when there are no futures
 */
export function raceOk<T>(futures: Iterable<Future<T>>): Future<T> {
  return new Race(futures, (finished) => !finished.failed);
}
