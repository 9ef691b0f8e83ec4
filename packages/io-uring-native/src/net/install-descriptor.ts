// The future of a descriptor of the process for a file that only the ring knows.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Pending, Poll } from "@pollab/runtime-core/future";
import { OP_FIXED_FD_INSTALL } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Operation } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { Operations } from "../operations.ts";

export class InstallDescriptor extends OperationFuture<number> {
  readonly #direct: Descriptor;

  constructor(operations: Operations, direct: Descriptor) {
    super(operations, "install");
    this.#direct = direct;
  }

  protected override submit(cx: Context): Pending {
    this.#direct.assertOpen("install");
    if (!this.#direct.direct) throw systemError(ERRNO.EINVAL, "install");
    // Close-on-exec, as all others.
    const operation = this.operations.prepare(OP_FIXED_FD_INSTALL, this.#direct);
    operation.heir = this.operations.descriptorHeir;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<number> {
    const fd = this.operations.take(operation);
    if (fd === -ERRNO.EINTR) return this.submit(cx);
    if (fd < 0) throw systemError(fd, "install");
    return fd;
  }
}
