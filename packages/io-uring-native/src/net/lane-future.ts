// A read or write in progress, as far as all of them are alike. Subclasses say what is submitted and what a result means; those whose
// `poll` is hot have one of their own, and `next` with it.
import { systemError } from "@pollab/io-sys";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import type { Descriptor } from "../descriptor.ts";
import type { Operation } from "../operation.ts";
import type { Operations } from "../operations.ts";
import type { Direction, Lane } from "./lane.ts";

export abstract class LaneFuture<T, L extends Lane> extends Future<T> {
  protected readonly operations: Operations;
  protected readonly descriptor: Descriptor;
  protected readonly lane: L;
  /** From the submission to the end. */
  protected operation: Operation | null = null;
  readonly #what: Direction;
  #done = false;

  constructor(what: Direction, operations: Operations, descriptor: Descriptor, lane: L) {
    super();
    this.#what = what;
    this.operations = operations;
    this.descriptor = descriptor;
    this.lane = lane;
  }

  override drop(): void {
    if (this.#done) return;
    const { operation, lane } = this;
    this.leave();
    if (operation === null) return;
    this.operation = null;
    lane.ending = true;
    this.operations.drop(operation);
  }

  /** Has the lane to itself from here on: submits, or finishes at once. */
  protected abstract start(cx: Context): Poll<T>;

  /** A poll without an operation: the first one, or one that waits for the lane. */
  protected begin(cx: Context): Poll<T> {
    if (this.#done) throw new PolledAfterCompletionError(this.#what);
    return this.attempt(cx);
  }

  /** @throws also when the buffer is lent to another operation or was freed, or the driver is closed */
  protected attempt(cx: Context): Poll<T> {
    try {
      return this.lane.enter(this, this.descriptor, this.#what, cx.waker) ? this.start(cx) : Pending;
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  protected enqueue(operation: Operation, cx: Context): Pending {
    operation.heir = this.lane;
    this.operation = operation;
    this.operations.enqueue(operation, cx.waker);
    return Pending;
  }

  protected fail(error: number): never {
    this.leave();
    throw systemError(error, this.#what);
  }

  /** The future is over; the lane is free for the next. */
  protected leave(): void {
    this.#done = true;
    this.lane.exit(this);
  }
}

/** The poll of one that takes its results one after the other, for subclasses that are not hot. */
export abstract class SteppedLaneFuture<T, L extends Lane> extends LaneFuture<T, L> {
  override poll(cx: Context): Poll<T> {
    const { operation } = this;
    if (operation === null) return this.begin(cx);
    if (!operation.hasEnded) {
      operation.waker = cx.waker;
      return Pending;
    }
    this.operation = null;
    return this.proceed(cx, operation);
  }

  /** Takes the result of an operation that has ended, and goes on. */
  protected abstract proceed(cx: Context, operation: Operation): Poll<T>;
}
