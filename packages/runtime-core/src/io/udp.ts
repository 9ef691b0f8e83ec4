// UDP as every driver offers it, in the owned form.
import type { Future } from "../future/future.ts";
import type { OwnedBuffer, Transfer } from "./buffer.ts";
import type { SocketAddress } from "./net.ts";

/** A received datagram: how many bytes of `buf` it fills, and who sent it. */
export interface Datagram<B extends OwnedBuffer, Address> extends Transfer<B> {
  readonly from: Address;
  /** The datagram was longer than the buffer, and its end is lost. See MSG_TRUNC in recvmsg(2). */
  readonly truncated: boolean;
}

/** UDP as a driver offers it. */
export interface UdpNet<B extends OwnedBuffer> {
  /** Port 0 lets the kernel choose. @throws SystemError such as EADDRINUSE; TypeError when the host is not an address */
  bindUdp(address: SocketAddress): UdpSocket<B>;
}

/** A UDP socket. One receive and one send may be in flight at a time; buffers are held as by a `ByteStream`. */
export interface UdpSocket<B extends OwnedBuffer> {
  readonly address: SocketAddress;
  /** Fixes the peer: `recv` takes datagrams from it alone, and `send` goes to it. See connect(2). @throws SystemError */
  connect(peer: SocketAddress): void;
  /** The next datagram, and its sender. An empty one has `n` 0. @throws SystemError (the future) */
  recvFrom(buf: B): Future<Datagram<B, SocketAddress>>;
  /** Sends the bytes from `start` to `end` as one datagram. @throws SystemError (the future) such as EMSGSIZE, ENETUNREACH */
  sendTo(buf: B, start: number, end: number, to: SocketAddress): Future<Transfer<B>>;
  /** The next datagram of the connected peer. @throws SystemError (the future) such as ECONNREFUSED */
  recv(buf: B): Future<Transfer<B>>;
  /** Sends to the connected peer. @throws SystemError (the future) such as EDESTADDRREQ, ECONNREFUSED */
  send(buf: B, start: number, end: number): Future<Transfer<B>>;
  /** Closes. An operation in flight fails with ECANCELED. Idempotent. */
  close(): void;
}
