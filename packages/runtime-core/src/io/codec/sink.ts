// A destination of items, as a stream is a source of them.
import { ambient } from "../../future/ambient.ts";
import type { Context } from "../../future/context.ts";
import { noContext, SUSPENDED, type Suspension } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { Operation } from "../operation.ts";

/** A destination of `T`s. It has one user at a time: the waker of the latest poll is the one that is called. */
export interface Sink<T> {
  /** Is ready when an item can be taken. */
  pollReady(cx: Context): Poll<void>;

  /** Takes one item. To be called once after each `pollReady` that was ready. */
  startSend(item: T): void;

  /** Is ready when everything that was taken has reached its destination. */
  pollFlush(cx: Context): Poll<void>;

  /** Flushes, then says that no more will come. */
  pollClose(cx: Context): Poll<void>;

  /** Whoever waited was dropped: lets go of its waker. */
  forgetSender?(): void;
}

/** Waits for room and hands the item over. */
export class Feed<T> extends Operation<void> {
  private readonly sink: Sink<T>;
  private readonly item: T;

  constructor(sink: Sink<T>, item: T) {
    super();
    this.sink = sink;
    this.item = item;
  }

  override poll(cx: Context): Poll<void> {
    this.enter("feed");
    if (this.sink.pollReady(cx) === Pending) return this.wait();
    this.sink.startSend(this.item);
    return undefined;
  }

  protected override release(): void {
    this.sink.forgetSender?.();
  }
}

/** Waits for room, hands the item over and waits until it has arrived. */
export class Send<T> extends Operation<void> {
  private readonly sink: Sink<T>;
  private readonly item: T;
  private taken = false;

  constructor(sink: Sink<T>, item: T) {
    super();
    this.sink = sink;
    this.item = item;
  }

  override poll(cx: Context): Poll<void> {
    this.enter("send");
    const { sink } = this;
    if (!this.taken) {
      if (sink.pollReady(cx) === Pending) return this.wait();
      sink.startSend(this.item);
      this.taken = true;
    }
    return sink.pollFlush(cx) === Pending ? this.wait() : undefined;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, void> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override release(): void {
    this.sink.forgetSender?.();
  }
}

/** Waits until everything that was handed over has arrived. */
export class FlushSink extends Operation<void> {
  private readonly sink: Sink<never>;

  constructor(sink: Sink<never>) {
    super();
    this.sink = sink;
  }

  override poll(cx: Context): Poll<void> {
    this.enter("flush");
    return this.sink.pollFlush(cx) === Pending ? this.wait() : undefined;
  }

  protected override release(): void {
    this.sink.forgetSender?.();
  }
}

/** Flushes and ends. */
export class CloseSink extends Operation<void> {
  private readonly sink: Sink<never>;

  constructor(sink: Sink<never>) {
    super();
    this.sink = sink;
  }

  override poll(cx: Context): Poll<void> {
    this.enter("close");
    return this.sink.pollClose(cx) === Pending ? this.wait() : undefined;
  }

  protected override release(): void {
    this.sink.forgetSender?.();
  }
}
