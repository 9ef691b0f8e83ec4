// The futures that wait for slots: sending a message, reserving a slot for one, reserving several.
import { ambient } from "../../future/ambient.ts";
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { SendError } from "../channel-errors.ts";
import { Waiter } from "../wait-list.ts";
import type { Chan } from "./chan.ts";
import { Permit, Permits } from "./permit.ts";

const Waiting = 0;
const Acquired = 1;
const Refused = 2;
type Attempt = typeof Waiting | typeof Acquired | typeof Refused;

abstract class Acquire<T, R> extends Future<R> {
  /** Null once it has ended. */
  protected chan: Chan<T> | null;
  private readonly wanted: number;
  /** Null until it has to wait. */
  protected waiter: Waiter | null = null;

  constructor(chan: Chan<T>, wanted: number) {
    super();
    this.chan = chan;
    this.wanted = wanted;
  }

  /** Tries to get the slots. Unless it goes on waiting, this future has then ended; acquired slots are the caller's to use. */
  protected attempt(cx: Context, chan: Chan<T>): Attempt {
    const { waiter, wanted } = this;
    // One that is in line keeps the channel from being sealed but by its receiver.
    if (chan.isSealed) {
      cx.budget--;
      this.drop();
      return Refused;
    }
    if (waiter === null) {
      const got = Math.min(chan.free, wanted);
      chan.free -= got;
      if (got < wanted) {
        this.waiter = new Waiter(cx.waker, wanted - got);
        chan.line.append(this.waiter);
        return Waiting;
      }
    } else if (waiter.note > 0) {
      waiter.waker = cx.waker;
      return Waiting;
    }
    cx.budget--;
    this.chan = null;
    this.waiter = null;
    return Acquired;
  }

  override drop(): void {
    const { chan, waiter } = this;
    this.chan = null;
    this.waiter = null;
    if (waiter !== null) chan?.leaveLine(waiter, this.wanted);
  }
}

export class Send<T> extends Acquire<T, void> {
  private message: T | undefined;

  constructor(chan: Chan<T>, message: T) {
    super(chan, 1);
    this.message = message;
  }

  override poll(cx: Context): Poll<void> {
    const { chan } = this;
    if (chan === null) throw new PolledAfterCompletionError("send");
    if (cx.exhausted()) return Pending;
    // Until it ends it has the message that it was made with.
    const message = this.message as T;
    if (chan.free > 0 && this.waiter === null && !chan.isSealed) {
      cx.budget--;
      chan.free--;
      this.chan = null;
      this.message = undefined;
      chan.push(message);
      return undefined;
    }
    const attempt = this.attempt(cx, chan);
    if (attempt === Waiting) return Pending;
    this.message = undefined;
    if (attempt === Refused) throw new SendError(message);
    chan.pushReserved(message);
    return undefined;
  }

  override drop(): void {
    this.message = undefined;
    super.drop();
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, void> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

export class Reserve<T> extends Acquire<T, Permit<T>> {
  constructor(chan: Chan<T>) {
    super(chan, 1);
  }

  override poll(cx: Context): Poll<Permit<T>> {
    const { chan } = this;
    if (chan === null) throw new PolledAfterCompletionError("reservation");
    if (cx.exhausted()) return Pending;
    const attempt = this.attempt(cx, chan);
    if (attempt === Waiting) return Pending;
    if (attempt === Refused) throw new SendError(undefined);
    return new Permit(chan);
  }
}

export class ReserveMany<T> extends Acquire<T, Permits<T>> {
  private readonly count: number;

  constructor(chan: Chan<T>, count: number) {
    super(chan, count);
    this.count = count;
  }

  override poll(cx: Context): Poll<Permits<T>> {
    const { chan } = this;
    if (chan === null) throw new PolledAfterCompletionError("reservation");
    if (cx.exhausted()) return Pending;
    const attempt = this.attempt(cx, chan);
    if (attempt === Waiting) return Pending;
    if (attempt === Refused) throw new SendError(undefined);
    return new Permits(chan, this.count);
  }
}
