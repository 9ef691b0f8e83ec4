// Unix sockets as every driver offers them, in the owned form. A path that begins with a NUL byte names an abstract socket, which no
// file stands for; see unix(7).
import type { Future } from "../future/future.ts";
import type { OwnedBuffer, Transfer } from "./buffer.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { Datagram } from "./udp.ts";

/** Where to listen, and how. */
export interface UnixListenOptions {
  /** At most 107 bytes, or an abstract name. The file must not exist; nobody removes it. */
  readonly path: string;
  /** Connections that the kernel queues before they are accepted; 1024 unless given. */
  readonly backlog?: number;
}

/** Unix sockets as a driver offers them. */
export interface UnixNet<B extends OwnedBuffer> {
  /** @throws SystemError such as EADDRINUSE; RangeError when the path is too long */
  listenUnix(options: UnixListenOptions): UnixListener<B>;
  /** A connection to the listener at `path`. @throws SystemError (the future) such as ENOENT, ECONNREFUSED */
  connectUnix(path: string): Future<ByteStream<B>>;
  /** Two connected streams. See socketpair(2). @throws SystemError such as EMFILE */
  unixPair(): readonly [ByteStream<B>, ByteStream<B>];
  /** A datagram socket, at `path` if one is given. @throws SystemError such as EADDRINUSE */
  bindUnixDatagram(path?: string): UnixDatagram<B>;
  /** Two connected datagram sockets. @throws SystemError such as EMFILE */
  unixDatagramPair(): readonly [UnixDatagram<B>, UnixDatagram<B>];
}

/** A socket that connections come in on. */
export interface UnixListener<B extends OwnedBuffer> {
  readonly path: string;
  /** The next connection. @throws SystemError (the future) such as EMFILE, ECANCELED */
  accept(): Future<ByteStream<B>>;
  /** Stops listening, and leaves the file. An `accept` that waits fails with ECANCELED. Idempotent. */
  close(): void;
}

/** A datagram socket. One receive and one send may be in flight at a time; buffers are held as by a `ByteStream`. */
export interface UnixDatagram<B extends OwnedBuffer> {
  /** Fixes the peer. @throws SystemError such as ENOENT */
  connect(path: string): void;
  /** The next datagram, and its sender's path: the empty string when that has none. @throws SystemError (the future) */
  recvFrom(buf: B): Future<Datagram<B, string>>;
  /** Sends the bytes from `start` to `end` as one datagram. @throws SystemError (the future) such as ENOENT, EMSGSIZE */
  sendTo(buf: B, start: number, end: number, path: string): Future<Transfer<B>>;
  /** The next datagram of the connected peer. @throws SystemError (the future) */
  recv(buf: B): Future<Transfer<B>>;
  /** Sends to the connected peer. @throws SystemError (the future) such as ENOTCONN, ECONNREFUSED */
  send(buf: B, start: number, end: number): Future<Transfer<B>>;
  /** Closes. An operation in flight fails with ECANCELED. Idempotent. */
  close(): void;
}
