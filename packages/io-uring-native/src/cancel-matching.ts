// The future of a cancel of all operations that match. Its result says how many the kernel has found; each of them ends by its own
// completion, soon and mostly with ECANCELED.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Pending, Poll } from "@pollab/runtime-core/future";
import { OP_ASYNC_CANCEL } from "./abi.ts";
import type { Operation } from "./operation.ts";
import { OperationFuture } from "./operation-future.ts";
import type { Operations } from "./operations.ts";

export class CancelMatching extends OperationFuture<number> {
  readonly #fd: number;
  readonly #flags: number;

  /** @param flags `CANCEL_FD` or `CANCEL_ANY`, and `CANCEL_ALL` */
  constructor(operations: Operations, fd: number, flags: number) {
    super(operations, "cancel");
    this.#fd = fd;
    this.#flags = flags;
  }

  protected override submit(cx: Context): Pending {
    const operation = this.operations.prepare(OP_ASYNC_CANCEL, null);
    operation.fd = this.#fd;
    operation.flags = this.#flags;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<number> {
    const count = this.operations.take(operation);
    if (count >= 0) return count;
    if (count === -ERRNO.ENOENT) return 0;
    if (count === -ERRNO.EINTR) return this.submit(cx);
    throw systemError(count, "cancel");
  }
}
