// A connected socket that carries bytes: what TCP and Unix streams have in common.
import { ERRNO, SHUTDOWN, systemError } from "@pollab/io-sys";
import type { Context, Poll } from "@pollab/runtime-core/future";
import { ByteIo } from "../stream/byte-io.ts";

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

  private shutdown(how: number): void {
    const fd = this.registration.openFd("shutdown");
    const result = this.reactor.system.shutdown(fd, how);
    // The peer has reset the connection: it is shut down as far as can be, and the next read or write says why.
    if (result < 0 && result !== -ERRNO.ENOTCONN) throw systemError(result, "shutdown");
  }
}
