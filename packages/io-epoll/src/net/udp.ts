// UDP sockets on the reactor. See udp(7).
import {
  decodeAddress,
  encodeAddress,
  type IoBuffer,
  type SocketAddress,
  systemError,
  UdpOptions,
} from "@pollab/io-sys";
import type { UdpSocket } from "@pollab/runtime-core/io";
import type { Reactor } from "../reactor/reactor.ts";
import type { Registration } from "../reactor/registration.ts";
import { DatagramSocket } from "./datagram.ts";
import { optionCalls } from "./options.ts";

/** A bound socket; `EpollNet.bindUdp` makes it. */
export class EpollUdpSocket extends DatagramSocket<SocketAddress> implements UdpSocket<IoBuffer> {
  readonly address: SocketAddress;

  /** For `EpollNet`. @internal */
  constructor(reactor: Reactor, registration: Registration, address: SocketAddress) {
    super(reactor, registration);
    this.address = address;
  }

  get options(): UdpOptions {
    return new UdpOptions(optionCalls(this.reactor.system, this.registration), this.address.host);
  }

  /** Whom the socket is connected to. @throws SystemError ENOTCONN, ECANCELED after `close` */
  get peerAddress(): SocketAddress {
    return this.reactor.system.peerAddress(this.registration.openFd("getpeername"));
  }

  /** @throws SystemError such as EAFNOSUPPORT, ECANCELED after `close`; TypeError when the host is not an address */
  connect(peer: SocketAddress): void {
    const result = this.reactor.system.connect(this.registration.openFd("connect"), peer);
    if (result < 0) throw systemError(result, "connect", { address: peer.host, port: peer.port });
  }

  /** For `recvFrom`. @internal */
  override decode(encoded: Uint8Array): SocketAddress {
    return decodeAddress(encoded);
  }

  /** For `sendTo`. @internal */
  protected override encode(address: SocketAddress): Uint8Array {
    return encodeAddress(address);
  }
}
