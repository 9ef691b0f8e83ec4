// A time that the kernel measures, as an operation of the ring: for chains, and where no runtime keeps timers.
import { constants } from "node:os";
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Future, Pending, Poll } from "@pollab/runtime-core/future";
import type { BufferSource } from "@pollab/runtime-core/io";
import { OP_TIMEOUT, OP_TIMEOUT_REMOVE, TIMEOUT_ETIME_SUCCESS, TIMEOUT_UPDATE } from "./abi.ts";
import type { Step } from "./linked/step.ts";
import { succeeded } from "./linked/step.ts";
import type { Operation, RingBuffer } from "./operation.ts";
import { OperationFuture } from "./operation-future.ts";
import type { Operations } from "./operations.ts";
import { lendTimespec } from "./timespec.ts";

const { ETIME } = constants.errno;

/** Completes when its time has passed. Dropping it takes it back. */
export class UringTimeout extends OperationFuture<void> {
  readonly #arguments: BufferSource<RingBuffer>;
  #durationMs: number;

  /** @throws RangeError when it is no time @internal */
  constructor(operations: Operations, argumentBuffers: BufferSource<RingBuffer>, durationMs: number) {
    super(operations, "timeout");
    this.#arguments = argumentBuffers;
    this.#durationMs = requireDuration(durationMs);
  }

  /**
   * Gives it another time, counted from now. False when it has passed already, and before the first poll, which then takes the new time.
   *
   * @throws RangeError when it is no time; SystemError (the future)
   */
  update(durationMs: number): Future<boolean> {
    this.#durationMs = requireDuration(durationMs);
    return new UpdateTimeout(this.operations, this.#arguments, this.operation, durationMs);
  }

  protected override submit(cx: Context): Pending {
    const operation = this.operations.prepare(OP_TIMEOUT, null);
    lendTimespec(operation, this.#arguments.take(), this.#durationMs);
    return this.enqueue(operation, cx);
  }

  protected override complete(_cx: Context, operation: Operation): Poll<void> {
    const { buffer } = operation;
    const result = this.operations.take(operation);
    buffer?.free();
    if (result === -ETIME) return undefined;
    throw systemError(result, "timeout");
  }
}

class UpdateTimeout extends OperationFuture<boolean> {
  readonly #arguments: BufferSource<RingBuffer>;
  readonly #target: Operation | null;
  readonly #generation: number;
  readonly #durationMs: number;

  constructor(
    operations: Operations,
    argumentBuffers: BufferSource<RingBuffer>,
    target: Operation | null,
    durationMs: number,
  ) {
    super(operations, "timeout");
    this.#arguments = argumentBuffers;
    this.#target = target;
    this.#generation = target?.generation ?? 0;
    this.#durationMs = durationMs;
  }

  protected override submit(cx: Context): Poll<boolean> {
    const target = this.#target;
    if (target === null || target.generation !== this.#generation || target.hasEnded) return false;
    const operation = this.operations.prepare(OP_TIMEOUT_REMOVE, null);
    const buffer = this.#arguments.take();
    lendTimespec(operation, buffer, this.#durationMs);
    // The time is the second address of this operation; the first is the target's user data.
    operation.offsetLow = operation.addressLow;
    operation.offsetHigh = operation.addressHigh;
    operation.addressLow = target.tag;
    operation.addressHigh = target.generation;
    operation.length = 0;
    operation.flags = TIMEOUT_UPDATE;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<boolean> {
    const { buffer } = operation;
    const result = this.operations.take(operation);
    buffer?.free();
    if (result >= 0) return true;
    if (result === -ERRNO.ENOENT) return false;
    // It fires at this moment.
    if (result === -constants.errno.EALREADY) return this.submit(cx);
    throw systemError(result, "timeout");
  }
}

/** A pause between two steps of a chain. @throws RangeError when it is no time */
export function delayStep(argumentBuffers: BufferSource<RingBuffer>, durationMs: number): Step<void> {
  requireDuration(durationMs);
  let buffer: RingBuffer | null = null;
  return {
    limitMs: Infinity,
    prepare: (operations) => {
      const operation = operations.prepare(OP_TIMEOUT, null);
      buffer = argumentBuffers.take();
      lendTimespec(operation, buffer, durationMs);
      // The end of the time is a success: the chain goes on.
      operation.flags = TIMEOUT_ETIME_SUCCESS;
      return operation;
    },
    finish: (result) => {
      buffer?.free();
      if (result !== -ETIME) succeeded(result, "timeout");
    },
  };
}

function requireDuration(durationMs: number): number {
  if (durationMs >= 0) return durationMs;
  throw new RangeError(`expected a time in milliseconds from 0 on, got ${durationMs}`);
}
