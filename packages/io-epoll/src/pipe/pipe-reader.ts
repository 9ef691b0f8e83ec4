// The end of a pipe that is read from, or a standard stream.
import type { IoBuffer } from "@pollab/io-sys";
import type { Context, Future, Poll } from "@pollab/runtime-core/future";
import type { AsyncRead, Transfer, VectoredTransfer } from "@pollab/runtime-core/io";
import type { ByteIo } from "../stream/byte-io.ts";

/** A source of bytes; `EpollDriver.pipe`, `pipeReader` and `stdin` make it. One read at a time. */
export class EpollPipeReader implements AsyncRead {
  private readonly io: ByteIo;

  /** For the driver. @internal */
  constructor(io: ByteIo) {
    this.io = io;
  }

  /** `n` is 0 when nobody writes any more. Dropped while it waits, it frees the buffer. @throws SystemError ECANCELED */
  read(buf: IoBuffer): Future<Transfer<IoBuffer>> {
    return this.io.read(buf);
  }

  /** The same into several buffers with one system call. @throws RangeError when there is none, or one twice; SystemError */
  readVectored(bufs: readonly IoBuffer[]): Future<VectoredTransfer<IoBuffer>> {
    return this.io.readVectored(bufs);
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    return this.io.pollRead(cx, view);
  }

  forgetReader(): void {
    this.io.forgetReader();
  }

  /** Closes. A read that waits fails with ECANCELED. Idempotent. */
  close(): void {
    this.io.close();
  }
}
