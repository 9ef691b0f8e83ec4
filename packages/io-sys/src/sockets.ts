// Sockets by descriptor. Functions on the hot path return a value >= 0 or a negated errno, which `systemError` turns into
// an error; the others throw. Descriptors are close-on-exec, and no write raises SIGPIPE. Nothing here retries or waits unless
// the descriptor is a blocking one. See socket(7), tcp(7), unix(7).
import { addressFamily, decodeAddress, encodeAddress, type SocketAddress } from "./address.ts";
import { closeFd } from "./descriptors.ts";
import { systemError, type SystemErrorSubject } from "./errors.ts";
import { native } from "./native.ts";
import type { SlabRanges } from "./slab-ranges.ts";
import { setSocketOption, SOCKET_OPTION } from "./socket-options.ts";
import { decodeUnixAddress, encodeUnixAddress } from "./unix-address.ts";

/** Where to listen, and how. */
export interface ListenSocketOptions extends SocketAddress {
  /** Connections that the kernel queues before they are accepted; at most /proc/sys/net/core/somaxconn. */
  readonly backlog: number;
  /** Whether accept4(2) returns EAGAIN instead of waiting. */
  readonly nonblocking: boolean;
  /** Whether other sockets that say so too may listen at the same address; the kernel spreads connections over them. */
  readonly reusePort?: boolean;
}

/** The second argument of shutdown(2). */
export const SHUTDOWN: { readonly read: number; readonly write: number; readonly both: number } = {
  read: 0,
  write: 1,
  both: 2,
};

/** What a socket carries: bytes in order, or datagrams. As socket(2) numbers them. */
export const SOCKET_TYPE: { readonly stream: 1; readonly datagram: 2 } = { stream: 1, datagram: 2 };

/** One of {@link SOCKET_TYPE}. */
export type SocketType = 1 | 2;

const UNIX = 0;

/** A bound and listening TCP socket. Port 0 lets the kernel choose. @throws SystemError such as EADDRINUSE, EACCES */
export function listenSocket({ host, port, backlog, nonblocking, reusePort = false }: ListenSocketOptions): number {
  const address = { host, port };
  const encoded = encodeAddress(address);
  const subject = { address: host, port };
  return made(openSocket(addressFamily(address), nonblocking), (fd) => {
    // Without it a server cannot restart while connections of its predecessor are in TIME_WAIT.
    orThrow(setSocketOption(fd, SOCKET_OPTION.reuseAddress, 1), "setsockopt", subject);
    if (reusePort) orThrow(setSocketOption(fd, SOCKET_OPTION.reusePort, 1), "setsockopt", subject);
    orThrow(native().bindSocket(fd, encoded), "bind", subject);
    orThrow(native().listenSocket(fd, backlog), "listen", subject);
  });
}

/** An unconnected TCP socket. @throws SystemError such as EMFILE, EAFNOSUPPORT */
export function openSocket(family: 4 | 6, nonblocking: boolean): number {
  return orThrow(native().openSocket(family, SOCKET_TYPE.stream, nonblocking), "socket");
}

/** A bound UDP socket. Port 0 lets the kernel choose. @throws SystemError such as EADDRINUSE, EACCES */
export function bindUdpSocket(address: SocketAddress, nonblocking: boolean): number {
  const encoded = encodeAddress(address);
  const opened = orThrow(native().openSocket(addressFamily(address), SOCKET_TYPE.datagram, nonblocking), "socket");
  return made(opened, (fd) => {
    orThrow(native().bindSocket(fd, encoded), "bind", { address: address.host, port: address.port });
  });
}

/** A Unix socket without a name. @throws SystemError such as EMFILE */
export function openUnixSocket(type: SocketType, nonblocking: boolean): number {
  return orThrow(native().openSocket(UNIX, type, nonblocking), "socket");
}

/** Where a Unix socket listens, and how. */
export interface ListenUnixSocketOptions {
  readonly path: string;
  /** As in {@link ListenSocketOptions}. */
  readonly backlog: number;
  readonly nonblocking: boolean;
}

/** A bound and listening Unix stream socket. @throws SystemError such as EADDRINUSE; RangeError, TypeError for a bad path */
export function listenUnixSocket({ path, backlog, nonblocking }: ListenUnixSocketOptions): number {
  const encoded = encodeUnixAddress(path);
  return made(openUnixSocket(SOCKET_TYPE.stream, nonblocking), (fd) => {
    orThrow(native().bindSocket(fd, encoded), "bind", { path });
    orThrow(native().listenSocket(fd, backlog), "listen", { path });
  });
}

/** A bound Unix datagram socket. @throws SystemError such as EADDRINUSE; RangeError, TypeError for a bad path */
export function bindUnixSocket(path: string, nonblocking: boolean): number {
  const encoded = encodeUnixAddress(path);
  return made(openUnixSocket(SOCKET_TYPE.datagram, nonblocking), (fd) => {
    orThrow(native().bindSocket(fd, encoded), "bind", { path });
  });
}

const pair = new Int32Array(2);

/** Two connected Unix sockets. See socketpair(2). @throws SystemError such as EMFILE */
export function openSocketPair(type: SocketType, nonblocking: boolean): [number, number] {
  orThrow(native().socketPair(type, nonblocking, pair), "socketpair");
  return [pair[0], pair[1]];
}

/** accept4(2): the descriptor of the connection, or a negated errno. */
export function acceptSocket(fd: number, nonblocking: boolean): number {
  return native().acceptSocket(fd, nonblocking);
}

/**
 * connect(2): 0, -EINPROGRESS on a non-blocking socket, or another negated errno.
 *
 * @throws TypeError, RangeError when the address is none
 */
export function connectSocket(fd: number, address: SocketAddress): number {
  return native().connectSocket(fd, encodeAddress(address));
}

/** connect(2) to a path: 0, -EAGAIN when the listener's queue is full, or another negated errno. @throws RangeError, TypeError */
export function connectUnixSocket(fd: number, path: string): number {
  return native().connectSocket(fd, encodeUnixAddress(path));
}

/** The pending error of a socket as a positive errno, which also clears it; 0 when there is none; negated errno on failure. */
export function socketError(fd: number): number {
  return native().socketError(fd);
}

/** recv(2) into a view: the bytes read, 0 at the end, or a negated errno. */
export function readView(fd: number, view: Uint8Array): number {
  return native().readView(fd, view);
}

/** send(2) from a view: the bytes written, or a negated errno. */
export function writeView(fd: number, view: Uint8Array): number {
  return native().writeView(fd, view);
}

/** recvmsg(2) into ranges of slabs: the bytes read, 0 at the end, or a negated errno; -EFAULT outside of a slab. */
export function readSlabs(fd: number, ranges: SlabRanges): number {
  return native().readSlabs(fd, ranges.words, ranges.count);
}

/** sendmsg(2) from ranges of slabs: the bytes written, or a negated errno; -EFAULT outside of a slab. */
export function writeSlabs(fd: number, ranges: SlabRanges): number {
  return native().writeSlabs(fd, ranges.words, ranges.count);
}

/** sendmsg(2) from views, at most 1024 of them: the bytes written, or a negated errno. */
export function writeViews(fd: number, views: readonly Uint8Array[]): number {
  return native().writeViews(fd, views);
}

/** shutdown(2), with one of {@link SHUTDOWN}: 0 or a negated errno. */
export function shutdownSocket(fd: number, how: number): number {
  return native().shutdownSocket(fd, how);
}

/** Sends small writes at once (TCP_NODELAY). @throws SystemError */
export function setNoDelay(fd: number): void {
  orThrow(setSocketOption(fd, SOCKET_OPTION.noDelay, 1), "setsockopt");
}

/** Where a socket is bound. @throws SystemError */
export function localAddress(fd: number): SocketAddress {
  return decodeAddress(named(native().socketName(fd, name), "getsockname"));
}

/** Whom a socket is connected to. @throws SystemError such as ENOTCONN */
export function peerAddress(fd: number): SocketAddress {
  return decodeAddress(named(native().peerName(fd, name), "getpeername"));
}

/** The path that a Unix socket is bound to; empty when it has none. @throws SystemError */
export function localPath(fd: number): string {
  return decodeUnixAddress(named(native().socketName(fd, name), "getsockname"));
}

/** The path of whom a Unix socket is connected to; empty when that has none. @throws SystemError such as ENOTCONN */
export function peerPath(fd: number): string {
  return decodeUnixAddress(named(native().peerName(fd, name), "getpeername"));
}

/** sizeof(struct sockaddr_storage). */
const name = new Uint8Array(128);

function named(result: number, syscall: string): Uint8Array {
  return name.subarray(0, orThrow(result, syscall));
}

/** The descriptor when `prepare` is through with it; otherwise it is closed. */
function made(fd: number, prepare: (fd: number) => void): number {
  try {
    prepare(fd);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
  return fd;
}

function orThrow(result: number, syscall: string, subject?: SystemErrorSubject): number {
  if (result < 0) throw systemError(result, syscall, subject);
  return result;
}
