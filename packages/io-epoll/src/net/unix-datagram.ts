// Unix datagram sockets on the reactor. See unix(7). None is lost: a full queue makes the sender wait.
import { decodeUnixAddress, encodeUnixAddress, type IoBuffer, systemError } from "@pollab/io-sys";
import type { UnixDatagram } from "@pollab/runtime-core/io";
import { DatagramSocket } from "./datagram.ts";

/** A socket; `EpollNet.bindUnixDatagram` and `EpollNet.unixDatagramPair` make it. */
export class EpollUnixDatagram extends DatagramSocket<string> implements UnixDatagram<IoBuffer> {
  /** The path of this socket; empty when it has none. @throws SystemError ECANCELED after `close` */
  get localPath(): string {
    return this.reactor.system.localPath(this.registration.openFd("getsockname"));
  }

  /** @throws SystemError such as ENOENT, ECANCELED after `close`; RangeError, TypeError for a bad path */
  connect(path: string): void {
    const result = this.reactor.system.connectUnix(this.registration.openFd("connect"), path);
    if (result < 0) throw systemError(result, "connect", { path });
  }

  /** For `recvFrom`. @internal */
  override decode(encoded: Uint8Array): string {
    return decodeUnixAddress(encoded);
  }

  /** For `sendTo`. @internal */
  protected override encode(path: string): Uint8Array {
    return encodeUnixAddress(path);
  }
}
