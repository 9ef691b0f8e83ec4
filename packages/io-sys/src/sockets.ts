// TCP sockets by descriptor. Functions on the hot path return a value >= 0 or a negated errno, which `systemError` turns into
// an error; the others throw. Descriptors are close-on-exec, and no write raises SIGPIPE. Nothing here retries or waits unless
// the descriptor is a blocking one. See socket(7), tcp(7).
import { encodeAddress, addressFamily, type SocketAddress } from "./address.ts";
import { ERRNO, systemError } from "./errors.ts";
import { native } from "./native.ts";

/** Where to listen, and how. */
export interface ListenSocketOptions extends SocketAddress {
  /** Connections that the kernel queues before they are accepted; at most /proc/sys/net/core/somaxconn. */
  readonly backlog: number;
  /** Whether accept4(2) returns EAGAIN instead of waiting. */
  readonly nonblocking: boolean;
}

/** The second argument of shutdown(2). */
export const SHUTDOWN: { readonly read: number; readonly write: number; readonly both: number } = {
  read: 0,
  write: 1,
  both: 2,
};

/** A bound and listening socket. Port 0 lets the kernel choose. @throws SystemError such as EADDRINUSE, EACCES */
export function listenSocket({ host, port, backlog, nonblocking }: ListenSocketOptions): number {
  const address = { host, port };
  const encoded = encodeAddress(address);
  const fd = openSocket(addressFamily(address), nonblocking);
  const sys = native();
  const subject = { address: host, port };
  try {
    // Without it a server cannot restart while connections of its predecessor are in TIME_WAIT.
    orThrow(sys.setReuseAddress(fd), "setsockopt", subject);
    orThrow(sys.bindSocket(fd, encoded), "bind", subject);
    orThrow(sys.listenSocket(fd, backlog), "listen", subject);
  } catch (error) {
    closeFd(fd);
    throw error;
  }
  return fd;
}

/** An unconnected TCP socket. @throws SystemError such as EMFILE, EAFNOSUPPORT */
export function openSocket(family: 4 | 6, nonblocking: boolean): number {
  return orThrow(native().openSocket(family, nonblocking), "socket");
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

/** The pending error of a socket as a positive errno, which also clears it; 0 when there is none; negated errno on failure. */
export function socketError(fd: number): number {
  return native().socketError(fd);
}

/** recv(2) into a range of a slab: the bytes read, 0 at the end, or a negated errno; -EFAULT outside of the slab. */
export function readSlab(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
  return native().readSlab(fd, slab, offsetBytes, lengthBytes);
}

/** send(2) from a range of a slab: the bytes written, or a negated errno; -EFAULT outside of the slab. */
export function writeSlab(fd: number, slab: number, offsetBytes: number, lengthBytes: number): number {
  return native().writeSlab(fd, slab, offsetBytes, lengthBytes);
}

/** recv(2) into a view: the bytes read, 0 at the end, or a negated errno. */
export function readView(fd: number, view: Uint8Array): number {
  return native().readView(fd, view);
}

/** send(2) from a view: the bytes written, or a negated errno. */
export function writeView(fd: number, view: Uint8Array): number {
  return native().writeView(fd, view);
}

/** shutdown(2), with one of {@link SHUTDOWN}: 0 or a negated errno. */
export function shutdownSocket(fd: number, how: number): number {
  return native().shutdownSocket(fd, how);
}

/** close(2) of any descriptor: 0 or a negated errno. The descriptor is gone in either case, unless it never was: -EBADF. */
export function closeFd(fd: number): number {
  return native().closeDescriptor(fd);
}

/** Sends small writes at once (TCP_NODELAY). @throws SystemError */
export function setNoDelay(fd: number): void {
  orThrow(native().setNoDelay(fd), "setsockopt");
}

/** Where a socket is bound. @throws SystemError */
export function localAddress(fd: number): SocketAddress {
  return addressOrThrow(native().localAddress(fd), "getsockname");
}

/** Whom a socket is connected to. @throws SystemError such as ENOTCONN */
export function peerAddress(fd: number): SocketAddress {
  return addressOrThrow(native().peerAddress(fd), "getpeername");
}

function orThrow(result: number, syscall: string, subject?: { address: string; port: number }): number {
  if (result < 0) throw systemError(result, syscall, subject);
  return result;
}

function addressOrThrow(result: SocketAddress | number, syscall: string): SocketAddress {
  if (typeof result === "number") throw systemError(result === 0 ? ERRNO.EINVAL : result, syscall);
  return result;
}
