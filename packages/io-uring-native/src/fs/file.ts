// Positioned reads of a file, any number at a time.
import { ERRNO, systemError } from "@pollab/io-sys";
import {
  type Context,
  currentContext,
  type Future,
  Pending,
  type Poll,
  SUSPENDED,
  type Suspension,
} from "@pollab/runtime-core/future";
import type { File, Transfer } from "@pollab/runtime-core/io";
import { OP_READ } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import { ENDED, type Operation, type RingBuffer } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { Operations } from "../operations.ts";

export class UringFile<B extends RingBuffer> implements Pick<File<B>, "readAt" | "close"> {
  readonly #operations: Operations;
  readonly #descriptor: Descriptor;

  constructor(operations: Operations, descriptor: Descriptor) {
    this.#operations = operations;
    this.#descriptor = descriptor;
  }

  /** @throws RangeError when the position or the length cannot be */
  readAt(buf: B, position: number, length: number = buf.capacityBytes): Future<Transfer<B>> {
    if (!Number.isSafeInteger(position) || position < 0) {
      throw new RangeError(`expected a position in bytes from 0 on, got ${position}`);
    }
    if (!Number.isInteger(length) || length < 0 || length > buf.capacityBytes) {
      throw new RangeError(`expected a length within the ${buf.capacityBytes} bytes of the buffer, got ${length}`);
    }
    return new ReadAt(this.#operations, this.#descriptor, buf, position, length);
  }

  close(): void {
    this.#descriptor.close();
  }
}

class ReadAt<B extends RingBuffer> extends OperationFuture<Transfer<B>> {
  readonly #descriptor: Descriptor;
  readonly #buf: B;
  readonly #position: number;
  readonly #length: number;

  constructor(operations: Operations, descriptor: Descriptor, buf: B, position: number, length: number) {
    super(operations, "read");
    this.#descriptor = descriptor;
    this.#buf = buf;
    this.#position = position;
    this.#length = length;
  }

  override poll(cx: Context): Poll<Transfer<B>> {
    const { operation } = this;
    if (operation === null) return this.begin(cx);
    if (operation.state !== ENDED) {
      operation.waker = cx.waker;
      return Pending;
    }
    this.operation = null;
    return this.complete(cx, operation);
  }

  override next(_sent?: unknown): IteratorResult<Suspension, Transfer<B>> {
    const result = this.poll(currentContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override submit(cx: Context): Pending {
    this.#descriptor.assertOpen("read");
    const operation = this.operations.prepareTransfer(OP_READ, this.#descriptor, this.#buf, 0, this.#length);
    operation.seek(this.#position);
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<Transfer<B>> {
    const n = this.operations.take(operation);
    if (n >= 0) return { n, buf: this.#buf };
    if (n === -ERRNO.EINTR && !this.#descriptor.closed) return this.submit(cx);
    throw systemError(n, "read");
  }
}
