// TCP, UDP and Unix sockets over the ring.
import {
  addressFamily,
  bindUdpSocket,
  bindUnixSocket,
  type BufferPool,
  encodeAddress,
  encodeUnixAddress,
  type IoBuffer,
  listenSocket,
  listenUnixSocket,
  localAddress,
  openSocket,
  openSocketPair,
  openUnixSocket,
  setNoDelay,
  SOCKET_TYPE,
  type SocketType,
} from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { ListenOptions, Net, SocketAddress, UdpNet, UnixListenOptions, UnixNet } from "@pollab/runtime-core/io";
import type { BufferGroup, BufferGroupOptions } from "../buffers/buffer-group.ts";
import type { BufferGroups } from "../buffers/buffer-groups.ts";
import { Descriptor } from "../descriptor.ts";
import { Connect } from "./connect.ts";
import type { NetSite } from "./site.ts";
import { countCall } from "./socket-calls.ts";
import { UringTcpListener } from "./tcp-listener.ts";
import { UringTcpStream } from "./tcp-stream.ts";
import { UringUdpSocket } from "./udp-socket.ts";
import { UringUnixDatagram } from "./unix-datagram.ts";
import { UringUnixListener, UringUnixStream } from "./unix-stream.ts";

const DEFAULT_BACKLOG = 1024;

// Sockets are blocking ones: on a non-blocking socket io_uring returns EAGAIN instead of waiting.
const NONBLOCKING = false;

/** TCP, UDP and Unix sockets; `UringDriver.net` is one. */
export class UringNet implements Net<IoBuffer>, UdpNet<IoBuffer>, UnixNet<IoBuffer> {
  readonly buffers: BufferPool;
  readonly #site: NetSite;
  readonly #groups: BufferGroups;

  /** For the driver. @internal */
  constructor(site: NetSite, buffers: BufferPool, groups: BufferGroups) {
    this.buffers = buffers;
    this.#site = site;
    this.#groups = groups;
  }

  /**
   * Buffers out of which the kernel takes one for each piece of data that arrives, for the streams that `receive` makes.
   *
   * @throws RangeError for sizes that are none; SystemError such as ENOMEM
   */
  provideBuffers(options: BufferGroupOptions): BufferGroup {
    this.#site.operations.assertOpen();
    return this.#groups.create(options);
  }

  /** @throws SystemError such as EADDRINUSE, EACCES; TypeError when the host is not an address */
  listen({ host, port, backlog = DEFAULT_BACKLOG, reusePort = false }: ListenOptions): UringTcpListener<IoBuffer> {
    const site = this.#site;
    countCall(site, "socket");
    countCall(site, "setsockopt", reusePort ? 3 : 2);
    countCall(site, "bind");
    countCall(site, "listen");
    countCall(site, "getsockname");
    const descriptor = this.#own(() => listenSocket({ host, port, backlog, nonblocking: NONBLOCKING, reusePort }));
    return prepared(descriptor, (fd) => {
      // Accepted sockets inherit it, which saves a call for each.
      setNoDelay(fd);
      return new UringTcpListener(site, descriptor, localAddress(fd));
    });
  }

  /** Name resolution is not part of it. @throws TypeError, RangeError when the address is none; SystemError such as ECONNREFUSED */
  connect(address: SocketAddress): Future<UringTcpStream<IoBuffer>> {
    const site = this.#site;
    return new Connect(site, {
      subject: { address: address.host, port: address.port },
      encode: () => encodeAddress(address),
      open: () => {
        countCall(site, "socket");
        countCall(site, "setsockopt");
        const fd = openSocket(addressFamily(address), NONBLOCKING);
        setNoDelay(fd);
        return fd;
      },
      streamOf: (descriptor) => new UringTcpStream(site, descriptor),
    });
  }

  /** @throws SystemError such as EADDRINUSE; TypeError when the host is not an address */
  bindUdp(address: SocketAddress): UringUdpSocket<IoBuffer> {
    const site = this.#site;
    countCall(site, "socket");
    countCall(site, "bind");
    countCall(site, "getsockname");
    const descriptor = this.#own(() => bindUdpSocket(address, NONBLOCKING));
    return prepared(descriptor, (fd) => new UringUdpSocket(site, descriptor, localAddress(fd)));
  }

  /** @throws SystemError such as EADDRINUSE; RangeError, TypeError for a bad path */
  listenUnix({ path, backlog = DEFAULT_BACKLOG }: UnixListenOptions): UringUnixListener<IoBuffer> {
    const site = this.#site;
    countCall(site, "socket");
    countCall(site, "bind");
    countCall(site, "listen");
    const descriptor = this.#own(() => listenUnixSocket({ path, backlog, nonblocking: NONBLOCKING }));
    return new UringUnixListener(site, descriptor, path);
  }

  /** Waits while the listener's queue is full. @throws RangeError, TypeError for a bad path; SystemError such as ENOENT (the future) */
  connectUnix(path: string): Future<UringUnixStream<IoBuffer>> {
    const site = this.#site;
    return new Connect(site, {
      subject: { path },
      encode: () => encodeUnixAddress(path),
      open: () => {
        countCall(site, "socket");
        return openUnixSocket(SOCKET_TYPE.stream, NONBLOCKING);
      },
      streamOf: (descriptor) => new UringUnixStream(site, descriptor),
    });
  }

  /** @throws SystemError such as EMFILE */
  unixPair(): readonly [UringUnixStream<IoBuffer>, UringUnixStream<IoBuffer>] {
    const [first, second] = this.#pair(SOCKET_TYPE.stream);
    return [new UringUnixStream(this.#site, first), new UringUnixStream(this.#site, second)];
  }

  /** @throws SystemError such as EADDRINUSE; RangeError, TypeError for a bad path */
  bindUnixDatagram(path?: string): UringUnixDatagram<IoBuffer> {
    const site = this.#site;
    countCall(site, "socket");
    if (path !== undefined) countCall(site, "bind");
    const descriptor = this.#own(() =>
      path === undefined ? openUnixSocket(SOCKET_TYPE.datagram, NONBLOCKING) : bindUnixSocket(path, NONBLOCKING),
    );
    return new UringUnixDatagram(site, descriptor);
  }

  /** @throws SystemError such as EMFILE */
  unixDatagramPair(): readonly [UringUnixDatagram<IoBuffer>, UringUnixDatagram<IoBuffer>] {
    const [first, second] = this.#pair(SOCKET_TYPE.datagram);
    return [new UringUnixDatagram(this.#site, first), new UringUnixDatagram(this.#site, second)];
  }

  #pair(type: SocketType): readonly [Descriptor, Descriptor] {
    const { operations } = this.#site;
    operations.assertOpen();
    countCall(this.#site, "socketpair");
    const [first, second] = openSocketPair(type, NONBLOCKING);
    return [new Descriptor(operations, first), new Descriptor(operations, second)];
  }

  #own(open: () => number): Descriptor {
    const { operations } = this.#site;
    operations.assertOpen();
    return new Descriptor(operations, open());
  }
}

/** What `prepare` makes of an open descriptor; if it fails, the descriptor is closed. */
function prepared<T>(descriptor: Descriptor, prepare: (fd: number) => T): T {
  try {
    return prepare(descriptor.fd);
  } catch (error) {
    descriptor.close();
    throw error;
  }
}
