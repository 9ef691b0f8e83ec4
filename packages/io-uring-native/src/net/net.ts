// TCP over the ring.
import {
  type BufferPool,
  closeFd,
  type IoBuffer,
  listenSocket,
  localAddress,
  openSocket,
  setNoDelay,
} from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { ListenOptions, Net, SocketAddress, TcpListener, TcpStream } from "@pollab/runtime-core/io";
import { Connect } from "./connect.ts";
import { Descriptor } from "../descriptor.ts";
import { UringListener } from "./listener.ts";
import type { Operations } from "../operations.ts";

const DEFAULT_BACKLOG = 1024;

// Sockets are blocking ones: on a non-blocking socket io_uring returns EAGAIN instead of waiting.

/** TCP; `UringDriver.net` is one. */
export class UringNet implements Net<IoBuffer> {
  readonly buffers: BufferPool;
  readonly #operations: Operations;
  readonly #arguments: BufferPool;

  /** @param argumentBuffers memory for what the kernel reads besides payloads */
  constructor(operations: Operations, buffers: BufferPool, argumentBuffers: BufferPool) {
    this.#operations = operations;
    this.buffers = buffers;
    this.#arguments = argumentBuffers;
  }

  listen({ host, port, backlog = DEFAULT_BACKLOG }: ListenOptions): TcpListener<IoBuffer> {
    this.#operations.assertOpen();
    const { systemCalls } = this.#operations.counters;
    systemCalls.socket++;
    systemCalls.setsockopt += 2;
    systemCalls.bind++;
    systemCalls.listen++;
    systemCalls.getsockname++;
    const fd = listenSocket({ host, port, backlog, nonblocking: false });
    try {
      // Accepted sockets inherit it, which saves a call for each.
      setNoDelay(fd);
      return new UringListener(this.#operations, new Descriptor(this.#operations, fd), localAddress(fd));
    } catch (error) {
      closeFd(fd);
      throw error;
    }
  }

  /** Name resolution is not part of it. @throws TypeError, RangeError when the address is none; SystemError such as ECONNREFUSED */
  connect(address: SocketAddress): Future<TcpStream<IoBuffer>> {
    return new Connect(this.#operations, this.#arguments, this.#openSocket, address);
  }

  readonly #openSocket = ({ host }: SocketAddress): number => {
    const { systemCalls } = this.#operations.counters;
    systemCalls.socket++;
    systemCalls.setsockopt++;
    const fd = openSocket(host.includes(":") ? 6 : 4, false);
    setNoDelay(fd);
    return fd;
  };
}
