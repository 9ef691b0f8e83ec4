// An operation with many completions as a stream of items. It is begun at the first poll and again whenever the kernel ends it before
// it is done; what arrives waits in a queue until it is asked for. A queue that grows too long stops the operation until it is empty.
//
//            poll             more                     last completion
//     IDLE ─────────▶ ARMED ─────────▶ ARMED   ARMED ──────────────────▶ IDLE: begun again at once, or when the queue is empty
//                       │                                                STARVED: begun again when a buffer comes back
//                       └─ drop: orphaned, what comes is discarded       ENDED: End, or the error and then End
//
// Relies on: subclasses say what is submitted, what a completion brings and what the last one means.
import { ERRNO, systemError } from "@pollab/io-sys";
import { type Context, Pending, type Poll, type Waker } from "@pollab/runtime-core/future";
import { End, Stream } from "@pollab/runtime-core/stream";
import type { Starved } from "../buffers/buffer-group.ts";
import type { Feature } from "../features.ts";
import type { Heir, Operation } from "../operation.ts";
import type { Operations } from "../operations.ts";

/** How long a queue may get, unless told otherwise. */
export const DEFAULT_MAX_QUEUED = 64;

/** What follows a last completion. With "idle" it begins again when the queue is empty. A number is the -errno that it failed with. */
export type Continuation = "again" | "idle" | "starved" | "end" | number;

/** `begin` has returned true. */
const BEGUN = 1;
/** The kernel has had an operation of this stream. */
const SUBMITTED = 2;
/** It waits for a buffer. */
const STARVED = 4;
/** The operation is being cancelled, because the queue is too long. */
const PAUSING = 8;
/** Nothing more will come. */
const ENDED = 16;
/** Nobody asks for items any more. */
const DROPPED = 32;
/** The kernel has announced more than one completion: it has the operation. */
const PROVEN = 64;

export abstract class Multishot<T> extends Stream<T> implements Heir, Waker, Starved {
  protected readonly operations: Operations;
  readonly #maxQueued: number;
  /** From the submission to the last completion. */
  #operation: Operation | null = null;
  /** The queue: most of the time it has one item, or none, and then nothing besides. */
  #first: T | undefined = undefined;
  #others: T[] | null = null;
  #waker: Waker | null = null;
  /** `BEGUN` and its kind: thousands of streams wait at a time, so they are one word. */
  #state = 0;
  /** The -errno that the next poll throws. */
  #failure = 0;

  /** @throws RangeError when `maxQueued` is none */
  constructor(operations: Operations, maxQueued: number) {
    super();
    if (!Number.isInteger(maxQueued) || maxQueued < 1) {
      throw new RangeError(`maxQueued: expected a whole number of items from 1 on, got ${maxQueued}`);
    }
    this.operations = operations;
    this.#maxQueued = maxQueued;
  }

  /** As errors call it. */
  protected abstract get syscall(): string;

  /** What a kernel has or lacks that has several completions for this, or one. */
  protected abstract get feature(): Feature;

  /** Before the first submission. Returns false to be asked again by the next poll, after having kept `cx.waker`. */
  protected abstract begin(cx: Context): boolean;

  /** What it receives from was closed. */
  protected abstract get closed(): boolean;

  /** An operation to be enqueued, or null for want of a buffer. */
  protected abstract prepare(): Operation | null;

  /** The item of a completion; undefined when it brings none. */
  protected abstract itemOf(operation: Operation, result: number, flags: number): T | undefined;

  /** Nobody will have the item: what it holds goes back. */
  protected abstract discard(item: T): void;

  /** What to do after the last completion. */
  protected abstract afterLast(result: number, flags: number): Continuation;

  /** Has `replenished` called when there is a buffer, or when what it receives from is closed. */
  protected abstract awaitBuffer(): void;

  /** It is over, and the kernel has nothing of it: also after `drop`. Called once if `begin` has returned true. */
  protected abstract leave(): void;

  /** Whether it goes on after an error, once it is polled again. */
  protected survives(_error: number): boolean {
    return false;
  }

  override pollNext(cx: Context): Poll<T | End> {
    for (;;) {
      const item = this.takeFirst();
      if (item !== undefined) return item;
      if (this.#failure < 0) return this.#fail();
      if (this.#is(ENDED | DROPPED)) return End;
      if (this.#operation !== null || this.#is(STARVED)) break;
      if (!this.#is(BEGUN)) {
        if (!this.begin(cx)) return Pending;
        this.#state |= BEGUN;
        continue;
      }
      this.#arm();
    }
    this.#waker = cx.waker;
    return Pending;
  }

  /** Cancels. What has arrived and was not asked for is let go of. Idempotent. */
  override drop(): void {
    if (this.#is(DROPPED)) return;
    this.#state |= DROPPED;
    this.#waker = null;
    for (let item = this.takeFirst(); item !== undefined; item = this.takeFirst()) this.discard(item);
    const operation = this.#operation;
    this.#operation = null;
    if (operation !== null) this.operations.drop(operation);
    else if (this.#is(BEGUN) && !this.#is(ENDED)) this.leave();
  }

  /** A completion, not the last. @internal */
  more(operation: Operation, result: number, flags: number): void {
    if (!this.#is(PROVEN)) {
      this.#state |= PROVEN;
      this.operations.features.works(this.feature);
    }
    const item = this.itemOf(operation, result, flags);
    if (item === undefined) return;
    if (this.#is(DROPPED)) {
      this.discard(item);
      return;
    }
    this.queue(item);
    if (this.#isFull && !this.#is(PAUSING)) {
      this.#state |= PAUSING;
      this.operations.counters.pauses++;
      this.operations.cancel(operation);
    }
    this.#notify();
  }

  /** The last completion. @internal */
  wake(): void {
    const operation = this.#operation;
    if (operation === null) return;
    this.#operation = null;
    const { completionFlags } = operation;
    const item = this.itemOf(operation, operation.result, completionFlags);
    const result = this.operations.take(operation);
    if (item !== undefined) this.queue(item);
    this.#continue(result, completionFlags);
    this.#notify();
  }

  /** The last completion, after `drop`. @internal */
  inherit(operation: Operation): void {
    const item = this.itemOf(operation, operation.result, operation.completionFlags);
    if (item !== undefined) this.discard(item);
    this.leave();
  }

  /** @internal */
  replenished(): void {
    if (!this.#is(STARVED) || this.#is(DROPPED)) return;
    this.#state &= ~STARVED;
    this.#arm();
    if (this.#is(ENDED)) this.#notify();
  }

  /** For `begin`: the first poll throws this -errno, and it is over. */
  protected failWith(error: number): void {
    this.#failure = error;
    this.#end();
  }

  /** Adds an item for the next polls. */
  protected queue(item: T): void {
    if (this.#first === undefined) this.#first = item;
    else (this.#others ??= []).push(item);
  }

  protected takeFirst(): T | undefined {
    const first = this.#first;
    const others = this.#others;
    if (others === null) {
      this.#first = undefined;
      return first;
    }
    this.#first = others.shift();
    if (others.length === 0) this.#others = null;
    return first;
  }

  get #isFull(): boolean {
    const others = this.#others === null ? 0 : this.#others.length;
    return this.#first !== undefined && others + 1 >= this.#maxQueued;
  }

  #is(state: number): boolean {
    return (this.#state & state) !== 0;
  }

  #continue(result: number, flags: number): void {
    const paused = this.#is(PAUSING);
    this.#state &= ~PAUSING;
    const next = this.afterLast(result, flags);
    if (next === "end") {
      this.#end();
    } else if (next === "starved") {
      this.#starve();
    } else if (typeof next === "number" && next !== -ERRNO.EINTR && !(paused && next === -ERRNO.ECANCELED)) {
      this.#failure = next;
      if (!this.survives(next)) this.#end();
    } else if (!paused && next !== "idle" && !this.#isFull) {
      // After a pause it goes on when the queue is empty.
      this.#arm();
    }
  }

  /** Whether several completions are worth asking for. */
  protected get offersMany(): boolean {
    return this.operations.features.offers(this.feature);
  }

  /** Whether an error says that the kernel has one completion for this at most. */
  protected refusesMany(error: number): boolean {
    return this.operations.features.refuses(this.feature, error);
  }

  #arm(): void {
    if (this.closed || this.operations.closed) {
      this.#failure = -ERRNO.ECANCELED;
      this.#end();
      return;
    }
    const operation = this.prepare();
    if (operation === null) {
      this.#starve();
      return;
    }
    if (this.#is(SUBMITTED)) this.operations.counters.rearms++;
    this.#state |= SUBMITTED;
    operation.heir = this;
    this.#operation = operation;
    this.operations.enqueue(operation, this);
  }

  #starve(): void {
    this.#state |= STARVED;
    this.awaitBuffer();
  }

  #end(): void {
    this.#state |= ENDED;
    this.leave();
  }

  #fail(): never {
    const failure = this.#failure;
    this.#failure = 0;
    throw systemError(failure, this.syscall);
  }

  #notify(): void {
    const waker = this.#waker;
    this.#waker = null;
    if (waker !== null) waker.wake();
  }
}
