// The future of one descriptor becoming readable, for descriptors that are not the driver's: eventfds, pipes, another poll set.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Pending, Poll } from "@pollab/runtime-core/future";
import { OP_POLL_ADD, POLLIN } from "./abi.ts";
import type { Operation } from "./operation.ts";
import { OperationFuture } from "./operation-future.ts";
import type { Operations } from "./operations.ts";

export class Readable extends OperationFuture<void> {
  readonly #fd: number;

  constructor(operations: Operations, fd: number) {
    super(operations, "wait for readability");
    this.#fd = fd;
  }

  protected override submit(cx: Context): Pending {
    const operation = this.operations.prepare(OP_POLL_ADD, null);
    operation.fd = this.#fd;
    operation.flags = POLLIN;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<void> {
    const result = this.operations.take(operation);
    if (result === -ERRNO.EINTR) return this.submit(cx);
    if (result < 0) throw systemError(result, "poll");
    return undefined;
  }
}
