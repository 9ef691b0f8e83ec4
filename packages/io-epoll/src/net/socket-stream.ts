// A connected socket that carries bytes: what TCP and Unix streams have in common.
import { ERRNO, SHUTDOWN, systemError } from "@pollab/io-sys";
import type { Context, Future, Poll } from "@pollab/runtime-core/future";
import { ByteIo } from "../stream/byte-io.ts";
import { SendFile } from "../transfer/send-file.ts";
import { Splice } from "../transfer/splice.ts";

/** A connection: `AsyncRead` and `AsyncWrite` for borrowed memory, and the owned form. */
export class SocketStream extends ByteIo {
  /** Reads that wait, and later ones once what has arrived is consumed, return 0: the peer sees nothing of it. */
  shutdownRead(): void {
    this.shutdown(SHUTDOWN.read);
  }

  /** Tells the peer that nothing more will come. */
  shutdownWrite(): void {
    this.shutdown(SHUTDOWN.write);
  }

  /** As `shutdownWrite`, for the functions of runtime-core/io. */
  pollShutdown(_cx: Context): Poll<void> {
    this.shutdownWrite();
    return undefined;
  }

  /**
   * Sends a part of a file: how many bytes, which are fewer than `lengthBytes` when the file ends before. What is not cached is read
   * from the disk meanwhile, and the thread waits for it. Dropped while it waits, how much was sent is not known.
   *
   * @param file stays its owner's, and open until then; see `openSync` of node:fs
   * @param lengthBytes Infinity for all there are
   * @throws RangeError at once for a position or a length that is none
   * @throws SystemError such as EINVAL for what cannot be mapped, EPIPE, ECANCELED; ConcurrentOperationError
   */
  sendFile(file: number, position: number, lengthBytes: number): Future<number> {
    return new SendFile(this, this.reactor, file, position, lengthBytes);
  }

  /**
   * Sends on everything that comes in here until its end: how many bytes. The other stream is not shut down. Dropped while it waits,
   * what was read and not yet sent is lost.
   *
   * @throws SystemError such as ECONNRESET, EPIPE, EMFILE, ECANCELED; ConcurrentOperationError
   */
  spliceTo(to: SocketStream): Future<number> {
    return new Splice(this.reactor, this, to);
  }

  private shutdown(how: number): void {
    const fd = this.registration.openFd("shutdown");
    const result = this.reactor.system.shutdown(fd, how);
    // The peer has reset the connection: it is shut down as far as can be, and the next read or write says why.
    if (result < 0 && result !== -ERRNO.ENOTCONN) throw systemError(result, "shutdown");
  }
}
