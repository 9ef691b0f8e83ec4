// A UDP socket. See udp(7).
import { connectSocket, decodeAddress, encodeAddress, systemError, UdpOptions } from "@pollab/io-sys";
import type { SocketAddress, UdpSocket } from "@pollab/runtime-core/io";
import type { Descriptor } from "../descriptor.ts";
import type { RingBuffer } from "../operation.ts";
import { UringDatagramSocket } from "./datagram-socket.ts";
import { optionCalls } from "./options.ts";
import type { NetSite } from "./site.ts";
import { callOn } from "./socket-calls.ts";

/** A UDP socket; `UringNet.bindUdp` makes it. */
export class UringUdpSocket<B extends RingBuffer>
  extends UringDatagramSocket<B, SocketAddress>
  implements UdpSocket<B>
{
  readonly address: SocketAddress;

  /** For the driver. @internal */
  constructor(site: NetSite, descriptor: Descriptor, address: SocketAddress) {
    super(site, descriptor);
    this.address = address;
  }

  get options(): UdpOptions {
    return new UdpOptions(optionCalls(this.site, this.descriptor), this.address.host);
  }

  connect(peer: SocketAddress): void {
    const result = callOn(this.site, this.descriptor, "connect", (fd) => connectSocket(fd, peer));
    if (result < 0) throw systemError(result, "connect", { address: peer.host, port: peer.port });
  }

  protected override decode(name: Uint8Array): SocketAddress {
    this.site.operations.counters.crossings++;
    return decodeAddress(name);
  }

  protected override encode(address: SocketAddress): Uint8Array {
    this.site.operations.counters.crossings++;
    return encodeAddress(address);
  }
}
