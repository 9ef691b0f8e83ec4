// One direction of a connection: one future at a time, and after one was dropped in flight, the next waits until the kernel is done
// with it, so that two receives never compete for the same bytes. What a dropped receive had already taken out of the socket is kept
// for the next one: dropping a read loses nothing.
import { ERRNO, systemError } from "@pollab/io-sys";
import {
  type Context,
  Future,
  Pending,
  type Poll,
  PolledAfterCompletionError,
  type Waker,
} from "@pollab/runtime-core/future";
import type { Transfer } from "@pollab/runtime-core/io";
import type { Descriptor } from "../descriptor.ts";
import type { Heir, Operation, RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";

/** Two reads, or two writes, of one connection at the same time. */
export class ConcurrentOperationError extends Error {
  override readonly name = "ConcurrentOperationError";
  constructor(what: "read" | "write") {
    super(`this connection already has a ${what} in flight; wait for it, or drop it, before the next one`);
  }
}

/** One direction of a connection. */
export class Lane implements Heir {
  /** The future that is using it. */
  user: object | null = null;
  /** A dropped operation is still the kernel's. */
  ending = false;
  /** Of the user that waits for that to change. */
  waker: Waker | null = null;

  inherit(_operation: Operation): void {
    this.ending = false;
    const { waker } = this;
    this.waker = null;
    if (waker !== null) waker.wake();
  }
}

/** The receiving direction. */
export class ReadLane extends Lane {
  /** The memory of the operation in flight, readable by the lane when its future is gone. */
  memory: Uint8Array | null = null;
  /** What a dropped receive brought: bytes, or the -errno that the kernel reports only once. */
  left: Uint8Array | number = 0;

  override inherit(operation: Operation): void {
    const { result } = operation;
    if (result > 0 && this.memory !== null) this.left = this.memory.slice(0, result);
    else if (result < 0 && result !== -ERRNO.ECANCELED && result !== -ERRNO.EINTR) this.left = result;
    super.inherit(operation);
  }
}

/** A read or write in progress. Subclasses say what is submitted and what a result means. */
export abstract class LaneFuture<B extends RingBuffer, L extends Lane> extends Future<Transfer<B>> {
  protected readonly operations: Operations;
  protected readonly descriptor: Descriptor;
  protected readonly lane: L;
  protected readonly buf: B;
  /** From the submission to the end. */
  protected operation: Operation | null = null;
  readonly #what: "read" | "write";
  #done = false;

  constructor(what: "read" | "write", operations: Operations, descriptor: Descriptor, lane: L, buf: B) {
    super();
    this.#what = what;
    this.operations = operations;
    this.descriptor = descriptor;
    this.lane = lane;
    this.buf = buf;
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
  protected abstract start(cx: Context): Poll<Transfer<B>>;

  /** A poll without an operation: the first one, or one that waits for the lane. */
  protected begin(cx: Context): Poll<Transfer<B>> {
    if (this.#done) throw new PolledAfterCompletionError(this.#what);
    const { lane } = this;
    if (lane.user !== this) {
      if (this.descriptor.closed) return this.fail(-ERRNO.EBADF);
      if (lane.user !== null) {
        this.leave();
        throw new ConcurrentOperationError(this.#what);
      }
      lane.user = this;
    } else if (this.descriptor.closed) {
      return this.fail(-ERRNO.ECANCELED);
    }
    if (!lane.ending) return this.attempt(cx);
    lane.waker = cx.waker;
    return Pending;
  }

  /** @throws also when the buffer is lent to another operation or was freed, or the driver is closed */
  protected attempt(cx: Context): Poll<Transfer<B>> {
    try {
      return this.start(cx);
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  protected submit(cx: Context, opcode: number, start: number, length: number): Operation {
    const operation = this.operations.prepareTransfer(opcode, this.descriptor, this.buf, start, length);
    operation.heir = this.lane;
    this.operation = operation;
    this.operations.enqueue(operation, cx.waker);
    return operation;
  }

  protected finish(n: number): Transfer<B> {
    this.leave();
    return { n, buf: this.buf };
  }

  protected fail(error: number): never {
    this.leave();
    throw systemError(error, this.#what);
  }

  /** The future is over; the lane is free for the next. */
  protected leave(): void {
    this.#done = true;
    const { lane } = this;
    if (lane.user !== this) return;
    lane.user = null;
    lane.waker = null;
  }
}
