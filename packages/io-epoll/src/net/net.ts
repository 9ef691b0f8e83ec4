// Sockets on the reactor.
import { type BufferPool, type IoBuffer, type SocketAddress, SOCKET_TYPE } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { ListenOptions, Net, UdpNet, UnixListenOptions, UnixNet } from "@pollab/runtime-core/io";
import type { Reactor } from "../reactor/reactor.ts";
import { READABLE, WRITABLE } from "../reactor/readiness.ts";
import { SocketTransport } from "../stream/transport.ts";
import { Connect } from "./tcp-connect.ts";
import { EpollListener } from "./tcp-listener.ts";
import type { EpollStream } from "./tcp-stream.ts";
import { EpollUdpSocket } from "./udp.ts";
import { EpollUnixDatagram } from "./unix-datagram.ts";
import { ConnectUnix, EpollUnixListener, EpollUnixStream } from "./unix-stream.ts";

const DEFAULT_BACKLOG = 1024;

/** TCP, UDP and Unix sockets; `EpollDriver.net` is one. */
export class EpollNet implements Net<IoBuffer>, UdpNet<IoBuffer>, UnixNet<IoBuffer> {
  readonly buffers: BufferPool;
  private readonly reactor: Reactor;
  private readonly transport: SocketTransport;

  /** For the driver. @internal */
  constructor(reactor: Reactor, buffers: BufferPool) {
    this.reactor = reactor;
    this.buffers = buffers;
    this.transport = new SocketTransport(reactor.system);
  }

  /** @throws SystemError such as EADDRINUSE, EACCES; TypeError when the host is not an address */
  listen({ host, port, backlog = DEFAULT_BACKLOG, reusePort = false }: ListenOptions): EpollListener {
    const { reactor, transport } = this;
    reactor.assertOpen();
    const registration = reactor.adopt(reactor.system.listen({ host, port, backlog, reusePort }), 0);
    try {
      return new EpollListener(reactor, registration, transport, reactor.system.localAddress(registration.fd));
    } catch (error) {
      reactor.release(registration);
      throw error;
    }
  }

  /** Set to send small writes at once. Fails with SystemError such as ECONNREFUSED, or TypeError when the host is no address. */
  connect(address: SocketAddress): Future<EpollStream> {
    return new Connect(this.reactor, this.transport, address);
  }

  /** @throws SystemError such as EADDRINUSE; TypeError when the host is not an address */
  bindUdp(address: SocketAddress): EpollUdpSocket {
    const { reactor } = this;
    reactor.assertOpen();
    const registration = reactor.adopt(reactor.system.bindUdp(address), WRITABLE);
    try {
      return new EpollUdpSocket(reactor, registration, reactor.system.localAddress(registration.fd));
    } catch (error) {
      reactor.release(registration);
      throw error;
    }
  }

  /** @throws SystemError such as EADDRINUSE; RangeError, TypeError for a bad path */
  listenUnix({ path, backlog = DEFAULT_BACKLOG }: UnixListenOptions): EpollUnixListener {
    const { reactor, transport } = this;
    reactor.assertOpen();
    return new EpollUnixListener(reactor, reactor.adopt(reactor.system.listenUnix(path, backlog), 0), transport, path);
  }

  /**
   * Fails with SystemError such as ENOENT, ECONNREFUSED, and EAGAIN when the listener's queue is full: nobody tells when that is over,
   * so sleep before the next attempt.
   */
  connectUnix(path: string): Future<EpollUnixStream> {
    return new ConnectUnix(this.reactor, this.transport, path);
  }

  /** @throws SystemError such as EMFILE */
  unixPair(): readonly [EpollUnixStream, EpollUnixStream] {
    const { reactor, transport } = this;
    reactor.assertOpen();
    const [first, second] = reactor.adoptBoth(reactor.system.socketPair(SOCKET_TYPE.stream), READABLE | WRITABLE);
    return [new EpollUnixStream(reactor, first, transport), new EpollUnixStream(reactor, second, transport)];
  }

  /** @throws SystemError such as EADDRINUSE; RangeError, TypeError for a bad path */
  bindUnixDatagram(path?: string): EpollUnixDatagram {
    const { reactor } = this;
    const { system } = reactor;
    reactor.assertOpen();
    const fd = path === undefined ? system.openUnix(SOCKET_TYPE.datagram) : system.bindUnix(path);
    return new EpollUnixDatagram(reactor, reactor.adopt(fd, WRITABLE));
  }

  /** @throws SystemError such as EMFILE */
  unixDatagramPair(): readonly [EpollUnixDatagram, EpollUnixDatagram] {
    const { reactor } = this;
    reactor.assertOpen();
    const [first, second] = reactor.adoptBoth(reactor.system.socketPair(SOCKET_TYPE.datagram), WRITABLE);
    return [new EpollUnixDatagram(reactor, first), new EpollUnixDatagram(reactor, second)];
  }
}
