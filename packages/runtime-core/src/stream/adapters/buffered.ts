// The values of futures, of which a limited number run at the same time.
import { dropAll } from "../../combinators/drop-all.ts";
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { FuturesOrdered } from "../../group/futures-ordered.ts";
import { FuturesUnordered } from "../../group/futures-unordered.ts";
import { End, type Source } from "../source.ts";

/** What the two groups have in common. */
interface Group<T> extends Source<T> {
  readonly size: number;
}

abstract class Limited<T, G extends Group<T>> implements Source<T> {
  protected readonly group: G;
  private readonly limit: number;
  /** Null once it has ended. */
  private futures: Source<Future<T>> | null;

  constructor(futures: Source<Future<T>>, limit: number, group: G) {
    this.futures = futures;
    this.limit = limit;
    this.group = group;
  }

  protected abstract add(future: Future<T>): void;

  pollNext(cx: Context): Poll<T | End> {
    while (this.futures !== null && this.group.size < this.limit) {
      const future = this.futures.pollNext(cx);
      if (future === Pending) break;
      if (future === End) this.futures = null;
      else this.add(future);
    }
    const item = this.group.pollNext(cx);
    // An empty group is at its end for now.
    return item === End && this.futures !== null ? Pending : item;
  }

  drop(): void {
    const { futures } = this;
    this.futures = null;
    dropAll([this.group, futures]);
  }
}

export class Buffered<T> extends Limited<T, FuturesOrdered<T>> {
  constructor(futures: Source<Future<T>>, limit: number) {
    super(futures, limit, new FuturesOrdered());
  }

  protected override add(future: Future<T>): void {
    this.group.pushBack(future);
  }
}

export class BufferUnordered<T> extends Limited<T, FuturesUnordered<T>> {
  constructor(futures: Source<Future<T>>, limit: number) {
    super(futures, limit, new FuturesUnordered());
  }

  protected override add(future: Future<T>): void {
    this.group.push(future);
  }
}
