// A TCP connection.
import { localAddress, peerAddress, type SocketAddress } from "@pollab/io-sys";
import type { TcpStream } from "@pollab/runtime-core/io";
import type { RingBuffer } from "../operation.ts";
import { TcpOptions } from "./options.ts";
import { callOn } from "./socket-calls.ts";
import { UringStream } from "./stream.ts";

/** A connection; `UringNet.connect` and `UringListener.accept` make it. */
export class UringTcpStream<B extends RingBuffer> extends UringStream<B> implements TcpStream<B> {
  /** This end. @throws SystemError EBADF after `close`, and when only the ring knows the connection */
  get localAddress(): SocketAddress {
    return callOn(this.site, this.descriptor, "getsockname", localAddress);
  }

  /** The other end. @throws SystemError EBADF as above, ENOTCONN when the peer has reset the connection */
  get peerAddress(): SocketAddress {
    return callOn(this.site, this.descriptor, "getpeername", peerAddress);
  }

  /** @throws SystemError EBADF as above */
  get options(): TcpOptions {
    return new TcpOptions(this.site, this.descriptor, this.localAddress.host);
  }
}
