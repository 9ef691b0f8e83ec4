// A TCP connection on the reactor.
import { type IoBuffer, type SocketAddress, SOCKET_OPTION, systemError, TcpOptions } from "@pollab/io-sys";
import type { AsyncRead, AsyncWrite, ByteStream, TcpStream } from "@pollab/runtime-core/io";
import type { System } from "../system/system.ts";
import { optionCalls } from "./options.ts";
import { SocketStream } from "./socket-stream.ts";

/** A connection; `EpollNet.connect` and `EpollListener.accept` make it. */
export class EpollStream
  extends SocketStream
  implements TcpStream<IoBuffer>, ByteStream<IoBuffer>, AsyncRead, AsyncWrite
{
  /** This end. @throws SystemError ECANCELED after `close` */
  get localAddress(): SocketAddress {
    return this.reactor.system.localAddress(this.registration.openFd("getsockname"));
  }

  /** The other end. @throws SystemError ECANCELED after `close`, ENOTCONN when the peer has reset the connection */
  get peerAddress(): SocketAddress {
    return this.reactor.system.peerAddress(this.registration.openFd("getpeername"));
  }

  /** @throws SystemError ECANCELED after `close` */
  get options(): TcpOptions {
    return new TcpOptions(optionCalls(this.reactor.system, this.registration), this.localAddress.host);
  }
}

/** Sends small writes at once, as every connection of a driver does. @throws SystemError */
export function sendAtOnce(system: System, fd: number): void {
  const result = system.setOption(fd, SOCKET_OPTION.noDelay, 1);
  if (result < 0) throw systemError(result, "setsockopt");
}
