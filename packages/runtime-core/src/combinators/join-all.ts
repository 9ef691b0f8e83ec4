// `join` for a number of futures that is not known beforehand.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Child, Children } from "../group/children.ts";
import { Join } from "./join.ts";

/** Up to this many, polling all of them on every wake is cheaper than a waker for each; futures-rs' number. */
const MAX_POLLED_TOGETHER = 30;

class JoinMany<T> extends Future<T[]> {
  private readonly group: Children<T> = new Children();
  /** Null once done. */
  private children: readonly Child<T>[] | null;

  constructor(futures: readonly Future<T>[]) {
    super();
    this.children = futures.map((future) => new Child(future, this.group));
    for (const child of this.children) this.group.add(child);
  }

  override poll(cx: Context): Poll<T[]> {
    const { children, group } = this;
    if (children === null) throw new PolledAfterCompletionError("joinAll");
    for (;;) {
      const finished = group.pollFinished(cx);
      if (finished === Pending) return Pending;
      if (finished === null) break;
      if (finished.failed) {
        this.drop();
        finished.take();
      }
    }
    this.children = null;
    return children.map((child) => child.take());
  }

  override drop(): void {
    this.children = null;
    this.group.drop();
  }
}

/**
 * Runs all futures concurrently within the task that awaits and returns their values in their order. When one throws, the
 * others are dropped in order and the error is thrown on; `joinAll(futures.map(capture))` lets them go on.
 *
 * Of more than 30 futures only those that were woken are polled.
 */
export function joinAll<T>(futures: Iterable<Future<T>>): Future<T[]> {
  const all = [...futures];
  return all.length <= MAX_POLLED_TOGETHER ? new Join(all) : new JoinMany(all);
}
