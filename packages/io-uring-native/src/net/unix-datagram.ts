// A Unix datagram socket. See unix(7).
import { connectUnixSocket, decodeUnixAddress, encodeUnixAddress, systemError } from "@pollab/io-sys";
import type { UnixDatagram } from "@pollab/runtime-core/io";
import type { RingBuffer } from "../operation.ts";
import { UringDatagramSocket } from "./datagram-socket.ts";
import { callOn } from "./socket-calls.ts";

/** A datagram socket; `UringNet.bindUnixDatagram` and `UringNet.unixDatagramPair` make it. */
export class UringUnixDatagram<B extends RingBuffer> extends UringDatagramSocket<B, string> implements UnixDatagram<B> {
  connect(path: string): void {
    const result = callOn(this.site, this.descriptor, "connect", (fd) => connectUnixSocket(fd, path));
    if (result < 0) throw systemError(result, "connect", { path });
  }

  protected override decode(name: Uint8Array): string {
    return decodeUnixAddress(name);
  }

  protected override encode(path: string): Uint8Array {
    return encodeUnixAddress(path);
  }
}
