// The future of one open(2).
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Pending, Poll } from "@pollab/runtime-core/future";
import type { BufferSource } from "@pollab/runtime-core/io";
import { constants } from "node:os";
import { AT_FDCWD, O_CLOEXEC, OP_OPENAT } from "../abi.ts";
import { Descriptor } from "../descriptor.ts";
import { UringFile } from "./file.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { Operations } from "../operations.ts";

export class OpenRead<B extends RingBuffer> extends OperationFuture<UringFile<B>> {
  readonly #arguments: BufferSource<RingBuffer>;
  readonly #path: string;

  /** @param argumentBuffers memory for the path, which the kernel reads when it opens */
  constructor(operations: Operations, argumentBuffers: BufferSource<RingBuffer>, path: string) {
    super(operations, "open");
    this.#arguments = argumentBuffers;
    this.#path = path;
  }

  protected override submit(cx: Context): Pending {
    const operation = this.operations.prepareTransfer(OP_OPENAT, null, this.#encodedPath(), 0, 0);
    operation.fd = AT_FDCWD;
    operation.flags = O_CLOEXEC;
    operation.heir = this.operations.descriptorHeir;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<UringFile<B>> {
    const { buffer } = operation;
    const fd = this.operations.take(operation);
    buffer?.free();
    if (fd === -ERRNO.EINTR) return this.submit(cx);
    if (fd < 0) throw systemError(fd, "open", { path: this.#path });
    return new UringFile(this.operations, new Descriptor(this.operations, fd));
  }

  /** The path and the zero that ends it in C. */
  #encodedPath(): RingBuffer {
    const path = this.#path;
    if (path.includes("\0"))
      throw new TypeError(`expected a path without null characters, got ${JSON.stringify(path)}`);
    const buffer = this.#arguments.take();
    const { bytes } = buffer;
    const { read, written } = new TextEncoder().encodeInto(path, bytes);
    if (read === path.length && written < bytes.byteLength) {
      bytes[written] = 0;
      return buffer;
    }
    buffer.free();
    throw systemError(constants.errno.ENAMETOOLONG, "open", { path });
  }
}
