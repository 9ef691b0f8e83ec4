// A listening socket, and the future of one accept.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Future, Pending, Poll } from "@pollab/runtime-core/future";
import type { SocketAddress, TcpListener, TcpStream } from "@pollab/runtime-core/io";
import { OP_ACCEPT, SOCK_CLOEXEC } from "../abi.ts";
import { Descriptor } from "../descriptor.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { Operations } from "../operations.ts";
import { UringStream } from "./stream.ts";

export class UringListener<B extends RingBuffer> implements TcpListener<B> {
  readonly address: SocketAddress;
  readonly #operations: Operations;
  readonly #descriptor: Descriptor;

  constructor(operations: Operations, descriptor: Descriptor, address: SocketAddress) {
    this.#operations = operations;
    this.#descriptor = descriptor;
    this.address = address;
  }

  /**
   * The next connection. A connection that arrives for an accept that was dropped is closed.
   *
   * @throws SystemError such as EMFILE: the connection is still there, accept again once descriptors were closed
   */
  accept(): Future<TcpStream<B>> {
    return new Accept(this.#operations, this.#descriptor);
  }

  close(): void {
    this.#descriptor.close();
  }
}

class Accept<B extends RingBuffer> extends OperationFuture<TcpStream<B>> {
  readonly #listener: Descriptor;

  constructor(operations: Operations, listener: Descriptor) {
    super(operations, "accept");
    this.#listener = listener;
  }

  protected override submit(cx: Context): Pending {
    this.#listener.assertOpen("accept");
    const operation = this.operations.prepare(OP_ACCEPT, this.#listener);
    operation.flags = SOCK_CLOEXEC;
    operation.heir = this.operations.descriptorHeir;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<TcpStream<B>> {
    const fd = this.operations.take(operation);
    if (fd < 0) return this.#retry(cx, fd);
    return new UringStream(this.operations, new Descriptor(this.operations, fd));
  }

  #retry(cx: Context, error: number): Pending {
    if (this.#listener.closed) throw systemError(ERRNO.ECANCELED, "accept");
    // ECONNABORTED: the peer gave up while it was queued; there will be others.
    if (error === -ERRNO.ECONNABORTED || error === -ERRNO.EINTR) return this.submit(cx);
    throw systemError(error, "accept");
  }
}
