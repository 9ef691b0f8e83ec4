// TCP as every driver offers it, in the owned form: a program written against these interfaces runs on any of them.
import type { Future } from "../future/future.ts";
import type { BufferSource, OwnedBuffer, Transfer } from "./buffer.ts";

/** Where a socket is reached. */
export interface SocketAddress {
  /** An IPv4 or IPv6 address in text form. */
  readonly host: string;
  readonly port: number;
}

/** Where to listen, and how. */
export interface ListenOptions extends SocketAddress {
  /** Connections that the kernel queues before they are accepted; 1024 unless given. */
  readonly backlog?: number;
  /** Whether other sockets that say so too may listen at the same address, and share its connections; no unless given. */
  readonly reusePort?: boolean;
}

/** TCP as a driver offers it. */
export interface Net<B extends OwnedBuffer> {
  readonly buffers: BufferSource<B>;
  /** Binds and listens at once. Port 0 lets the kernel choose. @throws SystemError such as EADDRINUSE */
  listen(options: ListenOptions): TcpListener<B>;
  /** A connection to `address`. @throws SystemError (the future) such as ECONNREFUSED */
  connect(address: SocketAddress): Future<TcpStream<B>>;
}

/** A socket that connections come in on. */
export interface TcpListener<B extends OwnedBuffer> {
  readonly address: SocketAddress;
  /** The next connection. @throws SystemError (the future) such as EMFILE, ECANCELED */
  accept(): Future<TcpStream<B>>;
  /** Stops listening. An `accept` that waits fails with ECANCELED. Idempotent. */
  close(): void;
}

/**
 * A connection. One read and one write may be in flight at a time. A future that is dropped in flight keeps its buffer until the
 * kernel is done with it, then frees it.
 */
export interface TcpStream<B extends OwnedBuffer> {
  /** Reads at least one byte into the beginning of `buf`; `n` is 0 when the peer has finished sending. */
  read(buf: B): Future<Transfer<B>>;
  /** Writes the bytes from `start` to `end` of `buf`, all of them: `n` is their number. */
  writeAll(buf: B, start: number, end: number): Future<Transfer<B>>;
  /** Reads that wait, and later ones once what has arrived is consumed, return 0: the peer sees nothing of it. */
  shutdownRead(): void;
  /** Tells the peer that nothing more will come. */
  shutdownWrite(): void;
  /** Closes. An operation in flight fails with ECANCELED. Idempotent. */
  close(): void;
}
