// TCP on the reactor.
import {
  type BufferPool,
  closeFd,
  type IoBuffer,
  listenSocket,
  localAddress,
  type SocketAddress,
} from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { ListenOptions, Net } from "@pollab/runtime-core/io";
import { Connect } from "./connect.ts";
import { EpollListener } from "./listener.ts";
import type { Reactor } from "./reactor.ts";
import type { EpollStream } from "./stream.ts";

const DEFAULT_BACKLOG = 1024;

/** TCP; `EpollDriver.net` is one. */
export class EpollNet implements Net<IoBuffer> {
  readonly buffers: BufferPool;
  private readonly reactor: Reactor;

  constructor(reactor: Reactor, buffers: BufferPool) {
    this.reactor = reactor;
    this.buffers = buffers;
  }

  /** @throws SystemError such as EADDRINUSE, EACCES; TypeError when the host is not an address */
  listen({ host, port, backlog = DEFAULT_BACKLOG }: ListenOptions): EpollListener {
    const fd = listenSocket({ host, port, backlog, nonblocking: true });
    try {
      const address = localAddress(fd);
      return new EpollListener(this.reactor, this.reactor.adopt(fd, 0), address);
    } catch (error) {
      closeFd(fd);
      throw error;
    }
  }

  /** Set to send small writes at once. Fails with SystemError such as ECONNREFUSED, or TypeError when the host is no address. */
  connect(address: SocketAddress): Future<EpollStream> {
    return new Connect(this.reactor, address);
  }
}
