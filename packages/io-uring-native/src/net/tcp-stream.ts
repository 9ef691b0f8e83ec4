// A TCP connection.
import { localAddress, peerAddress, type SocketAddress, TcpOptions } from "@pollab/io-sys";
import type { TcpStream } from "@pollab/runtime-core/io";
import type { RingBuffer } from "../operation.ts";
import { optionCalls } from "./options.ts";
import { callOn } from "./socket-calls.ts";
import { UringStream } from "./stream.ts";

/** A connection; `UringNet.connect` and `UringListener.accept` make it. */
export class UringTcpStream<B extends RingBuffer> extends UringStream<B> implements TcpStream<B> {
  /** This end. @throws SystemError ECANCELED after `close`, EBADF when only the ring knows the connection */
  get localAddress(): SocketAddress {
    return callOn(this.site, this.descriptor, "getsockname", localAddress);
  }

  /** The other end. @throws SystemError as above, and ENOTCONN when the peer has reset the connection */
  get peerAddress(): SocketAddress {
    return callOn(this.site, this.descriptor, "getpeername", peerAddress);
  }

  /** @throws SystemError as above */
  get options(): TcpOptions {
    return new TcpOptions(optionCalls(this.site, this.descriptor), this.localAddress.host);
  }
}
