// Socket options as properties, the same for every driver. Each read and each assignment is one system call.
import { addressFamily, encodeAddress } from "./address.ts";
import { ERRNO, systemError } from "./errors.ts";
import { SOCKET_OPTION, type SocketOption } from "./socket-options.ts";

/** The calls of socket-options.ts on one socket, as its driver makes and counts them. @throws SystemError ECANCELED after `close` */
export interface OptionCalls {
  /** See getsockopt(2). */
  get(option: SocketOption): number;
  /** See setsockopt(2). */
  set(option: SocketOption, value: number): number;
  /** Seconds that closing waits for what was written, or -ENODATA when it does not. See SO_LINGER in socket(7). */
  getLinger(): number;
  /** Seconds that closing is to wait for what was written; null: it does not. */
  setLinger(seconds: number | null): number;
  /** Joins or leaves a multicast group. See ip(7), ipv6(7). */
  changeGroup(encodedGroup: Uint8Array, interfaceIndex: number, join: boolean): number;
}

/** What both kinds of options do. */
abstract class Options {
  /** For subclasses. @internal */
  protected readonly calls: OptionCalls;
  /** For subclasses. @internal */
  protected readonly family: 4 | 6;

  /** For drivers. @param host where the socket is bound @internal */
  constructor(calls: OptionCalls, host: string) {
    this.calls = calls;
    this.family = addressFamily({ host, port: 0 });
  }

  /** How many routers a packet may pass. See IP_TTL, IPV6_UNICAST_HOPS. */
  get ttl(): number {
    return this.get(this.family === 4 ? SOCKET_OPTION.ttl : SOCKET_OPTION.hopLimit);
  }

  set ttl(hops: number) {
    this.set(this.family === 4 ? SOCKET_OPTION.ttl : SOCKET_OPTION.hopLimit, hops);
  }

  /** How much the kernel keeps to be sent. It takes the double of what is set, and says the double. See SO_SNDBUF. */
  get sendBufferBytes(): number {
    return this.get(SOCKET_OPTION.sendBufferBytes);
  }

  set sendBufferBytes(bytes: number) {
    this.set(SOCKET_OPTION.sendBufferBytes, bytes);
  }

  /** How much the kernel keeps to be read: as above. See SO_RCVBUF. */
  get receiveBufferBytes(): number {
    return this.get(SOCKET_OPTION.receiveBufferBytes);
  }

  set receiveBufferBytes(bytes: number) {
    this.set(SOCKET_OPTION.receiveBufferBytes, bytes);
  }

  /** For subclasses. @internal */
  protected get(option: SocketOption): number {
    return succeed(this.calls.get(option), "getsockopt");
  }

  /** For subclasses. @internal */
  protected set(option: SocketOption, value: number): void {
    succeed(this.calls.set(option, value), "setsockopt");
  }
}

/** What is sent to see whether a silent peer is still there. Times in whole seconds; what is left out stays as it is. */
export interface KeepAlive {
  /** Of silence before the first probe. See TCP_KEEPIDLE in tcp(7). */
  readonly idleSeconds?: number;
  /** Between probes. See TCP_KEEPINTVL. */
  readonly intervalSeconds?: number;
  /** Probes without an answer until the connection fails. See TCP_KEEPCNT. */
  readonly probes?: number;
}

/** The options of a TCP connection. @throws SystemError ECANCELED after `close`, EINVAL for a value that is none */
export class TcpOptions extends Options {
  /** Sends small writes at once: true for every connection of a driver. See TCP_NODELAY. */
  get noDelay(): boolean {
    return this.get(SOCKET_OPTION.noDelay) !== 0;
  }

  set noDelay(on: boolean) {
    this.set(SOCKET_OPTION.noDelay, on ? 1 : 0);
  }

  /** Null when no probes are sent. See SO_KEEPALIVE. */
  get keepAlive(): Required<KeepAlive> | null {
    if (this.get(SOCKET_OPTION.keepAlive) === 0) return null;
    return {
      idleSeconds: this.get(SOCKET_OPTION.keepAliveIdleSeconds),
      intervalSeconds: this.get(SOCKET_OPTION.keepAliveIntervalSeconds),
      probes: this.get(SOCKET_OPTION.keepAliveProbes),
    };
  }

  set keepAlive(value: KeepAlive | null) {
    if (value !== null) {
      const { idleSeconds, intervalSeconds, probes } = value;
      if (idleSeconds !== undefined) this.set(SOCKET_OPTION.keepAliveIdleSeconds, idleSeconds);
      if (intervalSeconds !== undefined) this.set(SOCKET_OPTION.keepAliveIntervalSeconds, intervalSeconds);
      if (probes !== undefined) this.set(SOCKET_OPTION.keepAliveProbes, probes);
    }
    this.set(SOCKET_OPTION.keepAlive, value === null ? 0 : 1);
  }

  /** With 0, `close` resets the connection; with null, the default, the kernel sends what is left meanwhile. See SO_LINGER. */
  get lingerSeconds(): number | null {
    const seconds = this.calls.getLinger();
    return seconds === -ERRNO.ENODATA ? null : succeed(seconds, "getsockopt");
  }

  set lingerSeconds(seconds: number | null) {
    succeed(this.calls.setLinger(seconds), "setsockopt");
  }
}

/** The options of a UDP socket. @throws SystemError ECANCELED after `close`, EINVAL for a value that is none */
export class UdpOptions extends Options {
  /** Whether datagrams may go to a broadcast address. See SO_BROADCAST. */
  get broadcast(): boolean {
    return this.get(SOCKET_OPTION.broadcast) !== 0;
  }

  set broadcast(on: boolean) {
    this.set(SOCKET_OPTION.broadcast, on ? 1 : 0);
  }

  /** As `ttl`, for datagrams to a group. */
  get multicastTtl(): number {
    return this.get(this.family === 4 ? SOCKET_OPTION.multicastTtl : SOCKET_OPTION.multicastHopLimit);
  }

  set multicastTtl(hops: number) {
    this.set(this.family === 4 ? SOCKET_OPTION.multicastTtl : SOCKET_OPTION.multicastHopLimit, hops);
  }

  /** Whether datagrams to a group reach members on this host too. */
  get multicastLoop(): boolean {
    return this.get(this.family === 4 ? SOCKET_OPTION.multicastLoop : SOCKET_OPTION.multicastLoopIpv6) !== 0;
  }

  set multicastLoop(on: boolean) {
    this.set(this.family === 4 ? SOCKET_OPTION.multicastLoop : SOCKET_OPTION.multicastLoopIpv6, on ? 1 : 0);
  }

  /**
   * Takes datagrams that are sent to a multicast address.
   *
   * @param interfaceIndex see /sys/class/net/NAME/ifindex; 0 lets the kernel choose
   * @throws SystemError such as ENODEV; TypeError when `group` is not an address
   */
  joinGroup(group: string, interfaceIndex: number = 0): void {
    this.changeGroup(group, interfaceIndex, true);
  }

  /** Takes them no more. @throws SystemError EADDRNOTAVAIL when it was not joined */
  leaveGroup(group: string, interfaceIndex: number = 0): void {
    this.changeGroup(group, interfaceIndex, false);
  }

  private changeGroup(group: string, interfaceIndex: number, join: boolean): void {
    const encoded = encodeAddress({ host: group, port: 0 });
    succeed(this.calls.changeGroup(encoded, interfaceIndex, join), "setsockopt");
  }
}

function succeed(result: number, syscall: string): number {
  if (result < 0) throw systemError(result, syscall);
  return result;
}
