// Waiting for messages.
import { ambient } from "../../future/ambient.ts";
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import type { End } from "../../stream/source.ts";
import type { Chan } from "./chan.ts";

export class Recv<T> extends Future<T | End> {
  /** Null once it has ended. */
  private chan: Chan<T> | null;

  constructor(chan: Chan<T>) {
    super();
    this.chan = chan;
  }

  override poll(cx: Context): Poll<T | End> {
    const { chan } = this;
    if (chan === null) throw new PolledAfterCompletionError("recv");
    const message = chan.poll(cx, this);
    if (message !== Pending) this.chan = null;
    return message;
  }

  override drop(): void {
    this.chan?.stopWaiting(this);
    this.chan = null;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, T | End> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

export class RecvMany<T> extends Future<number> {
  /** Null once it has ended. */
  private chan: Chan<T> | null;
  private readonly into: T[];
  private readonly limit: number;

  constructor(chan: Chan<T>, into: T[], limit: number) {
    super();
    this.chan = chan;
    this.into = into;
    this.limit = limit;
  }

  override poll(cx: Context): Poll<number> {
    const { chan } = this;
    if (chan === null) throw new PolledAfterCompletionError("recvMany");
    const count = chan.pollMany(cx, this, this.into, this.limit);
    if (count !== Pending) this.chan = null;
    return count;
  }

  override drop(): void {
    this.chan?.stopWaiting(this);
    this.chan = null;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, number> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}
