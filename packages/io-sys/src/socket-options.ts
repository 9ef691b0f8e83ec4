// Socket options by descriptor. See socket(7), ip(7), ipv6(7), tcp(7). The numbers are those of the machines that Node.js supports.
import { systemError } from "./errors.ts";
import { native } from "./native.ts";

/** One option, as setsockopt(2) knows it. Its value is a whole number that is not negative. */
export interface SocketOption {
  readonly level: number;
  readonly name: number;
}

const SOCKET = 1;
const IP = 0;
const IPV6 = 41;
const TCP = 6;

/** The options that drivers offer. Times are in the unit that the kernel counts them in. */
export const SOCKET_OPTION: {
  readonly reuseAddress: SocketOption;
  readonly reusePort: SocketOption;
  readonly broadcast: SocketOption;
  /** The kernel doubles what is set, for its own needs, and says the double. */
  readonly sendBufferBytes: SocketOption;
  readonly receiveBufferBytes: SocketOption;
  readonly keepAlive: SocketOption;
  readonly keepAliveIdleSeconds: SocketOption;
  readonly keepAliveIntervalSeconds: SocketOption;
  readonly keepAliveProbes: SocketOption;
  readonly noDelay: SocketOption;
  readonly ipv6Only: SocketOption;
  /** Of IPv4; IPv6 calls it the hop limit. */
  readonly ttl: SocketOption;
  readonly multicastTtl: SocketOption;
  readonly multicastLoop: SocketOption;
  readonly hopLimit: SocketOption;
  readonly multicastHopLimit: SocketOption;
  readonly multicastLoopIpv6: SocketOption;
} = {
  reuseAddress: { level: SOCKET, name: 2 },
  broadcast: { level: SOCKET, name: 6 },
  sendBufferBytes: { level: SOCKET, name: 7 },
  receiveBufferBytes: { level: SOCKET, name: 8 },
  keepAlive: { level: SOCKET, name: 9 },
  reusePort: { level: SOCKET, name: 15 },
  noDelay: { level: TCP, name: 1 },
  keepAliveIdleSeconds: { level: TCP, name: 4 },
  keepAliveIntervalSeconds: { level: TCP, name: 5 },
  keepAliveProbes: { level: TCP, name: 6 },
  ttl: { level: IP, name: 2 },
  multicastTtl: { level: IP, name: 33 },
  multicastLoop: { level: IP, name: 34 },
  hopLimit: { level: IPV6, name: 16 },
  multicastHopLimit: { level: IPV6, name: 18 },
  multicastLoopIpv6: { level: IPV6, name: 19 },
  ipv6Only: { level: IPV6, name: 26 },
};

/** setsockopt(2): 0 or a negated errno. */
export function setSocketOption(fd: number, { level, name }: SocketOption, value: number): number {
  return native().setOption(fd, level, name, value);
}

/** getsockopt(2): the value, or a negated errno. */
export function getSocketOption(fd: number, { level, name }: SocketOption): number {
  return native().getOption(fd, level, name);
}

/**
 * SO_LINGER: how long close(2) of a connection waits for what was not yet sent; with 0 it resets the connection instead. `null`
 * switches it off. 0 or a negated errno.
 */
export function setLinger(fd: number, seconds: number | null): number {
  return native().setLinger(fd, seconds ?? -1);
}

/** SO_LINGER in seconds, -ENODATA when it is off, or another negated errno. */
export function getLinger(fd: number): number {
  return native().getLinger(fd);
}

/**
 * Joins or leaves a multicast group: 0 or a negated errno.
 *
 * @param encodedGroup its `struct sockaddr`; the port does not matter
 * @param interfaceIndex see if_nametoindex(3); 0 lets the kernel choose
 */
export function changeGroup(fd: number, encodedGroup: Uint8Array, interfaceIndex: number, join: boolean): number {
  return native().changeGroup(fd, encodedGroup, interfaceIndex, join);
}

/** Who is at the other end of a Unix socket, as it was when the two were connected. */
export interface PeerCredentials {
  readonly processId: number;
  readonly userId: number;
  readonly groupId: number;
}

const credentials = new Int32Array(3);

/** SO_PEERCRED. @throws SystemError such as ENOTSOCK */
export function peerCredentials(fd: number): PeerCredentials {
  const result = native().peerCredentials(fd, credentials);
  if (result < 0) throw systemError(result, "getsockopt");
  return { processId: credentials[0], userId: credentials[1] >>> 0, groupId: credentials[2] >>> 0 };
}
