// The future of one connection attempt.
import { encodeAddress, systemError } from "@pollab/io-sys";
import type { Context, Pending, Poll } from "@pollab/runtime-core/future";
import type { BufferSource, SocketAddress, TcpStream } from "@pollab/runtime-core/io";
import { OP_CONNECT } from "../abi.ts";
import { Descriptor } from "../descriptor.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { Operations } from "../operations.ts";
import { UringStream } from "./stream.ts";

export class Connect<B extends RingBuffer> extends OperationFuture<TcpStream<B>> {
  readonly #arguments: BufferSource<RingBuffer>;
  readonly #openSocket: (address: SocketAddress) => number;
  readonly #address: SocketAddress;
  #descriptor: Descriptor | null = null;

  /**
   * @param argumentBuffers memory for the address, which the kernel reads when it connects
   * @param openSocket makes a blocking socket of the address's family
   */
  constructor(
    operations: Operations,
    argumentBuffers: BufferSource<RingBuffer>,
    openSocket: (address: SocketAddress) => number,
    address: SocketAddress,
  ) {
    super(operations, "connect");
    this.#arguments = argumentBuffers;
    this.#openSocket = openSocket;
    this.#address = address;
  }

  override drop(): void {
    super.drop();
    this.#descriptor?.close();
    this.#descriptor = null;
  }

  protected override submit(cx: Context): Pending {
    const encoded = encodeAddress(this.#address);
    const buffer = this.#arguments.take();
    buffer.bytes.set(encoded);
    const descriptor = this.#open(buffer);
    const operation = this.operations.prepareTransfer(OP_CONNECT, descriptor, buffer, 0, 0);
    // The length of the address goes where a transfer has its position.
    operation.seek(encoded.byteLength);
    this.#descriptor = descriptor;
    return this.enqueue(operation, cx);
  }

  protected override complete(_cx: Context, operation: Operation): Poll<TcpStream<B>> {
    const { buffer, descriptor } = operation;
    const result = this.operations.take(operation);
    this.#descriptor = null;
    buffer?.free();
    if (descriptor !== null && result === 0) return new UringStream(this.operations, descriptor);
    // EINTR included: the attempt goes on without us, and a second one on the same socket is refused. See connect(2).
    descriptor?.close();
    throw systemError(result, "connect", { address: this.#address.host, port: this.#address.port });
  }

  #open(buffer: RingBuffer): Descriptor {
    try {
      return new Descriptor(this.operations, this.#openSocket(this.#address));
    } catch (error) {
      buffer.free();
      throw error;
    }
  }
}
