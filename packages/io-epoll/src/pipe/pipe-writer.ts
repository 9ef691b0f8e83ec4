// The end of a pipe that is written to, or a standard stream.
import type { IoBuffer } from "@pollab/io-sys";
import type { Context, Future, Poll } from "@pollab/runtime-core/future";
import type { AsyncWrite, BufferSlice, Transfer, VectoredTransfer } from "@pollab/runtime-core/io";
import type { ByteIo } from "../stream/byte-io.ts";

/**
 * A destination of bytes; `EpollDriver.pipe`, `pipeWriter`, `stdout` and `stderr` make it. One write at a time. Writing what nobody
 * reads fails with EPIPE: Node.js ignores SIGPIPE.
 */
export class EpollPipeWriter implements AsyncWrite {
  private readonly io: ByteIo;

  /** For the driver. @internal */
  constructor(io: ByteIo) {
    this.io = io;
  }

  /** Writes the bytes from `start` to `end`. @throws RangeError when that is no range of `buf`; SystemError EPIPE, ECANCELED */
  writeAll(buf: IoBuffer, start: number, end: number): Future<Transfer<IoBuffer>> {
    return this.io.writeAll(buf, start, end);
  }

  /** The same from several slices. @throws RangeError when one is no range of its buffer; SystemError EPIPE, ECANCELED */
  writeAllVectored(slices: readonly BufferSlice<IoBuffer>[]): Future<VectoredTransfer<IoBuffer>> {
    return this.io.writeAllVectored(slices);
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    return this.io.pollWrite(cx, view);
  }

  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    return this.io.pollWriteVectored(cx, views);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.io.pollFlush(cx);
  }

  /** Closes, which is how a pipe says that no more will come. */
  pollShutdown(_cx: Context): Poll<void> {
    this.close();
    return undefined;
  }

  forgetWriter(): void {
    this.io.forgetWriter();
  }

  /** Closes. A write that waits fails with ECANCELED. Idempotent. */
  close(): void {
    this.io.close();
  }
}
