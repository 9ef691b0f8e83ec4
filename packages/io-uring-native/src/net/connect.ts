// The future of one connection attempt.
import { systemError, type SystemErrorSubject } from "@pollab/io-sys";
import type { Context, Pending, Poll } from "@pollab/runtime-core/future";
import { OP_CONNECT } from "../abi.ts";
import { Descriptor } from "../descriptor.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { NetSite } from "./site.ts";

/** Where to connect, and with what. */
export interface Attempt<S> {
  /** The socket address. @throws for an address that is none */
  encode(): Uint8Array;
  /** Makes a blocking socket of the address's family. @throws SystemError */
  open(): number;
  /** The connection. */
  streamOf(descriptor: Descriptor): S;
  /** What errors are about. */
  readonly subject: SystemErrorSubject;
}

export class Connect<S> extends OperationFuture<S> {
  readonly #site: NetSite;
  readonly #attempt: Attempt<S>;
  #descriptor: Descriptor | null = null;

  constructor(site: NetSite, attempt: Attempt<S>) {
    super(site.operations, "connect");
    this.#site = site;
    this.#attempt = attempt;
  }

  override drop(): void {
    super.drop();
    this.#descriptor?.close();
    this.#descriptor = null;
  }

  protected override submit(cx: Context): Pending {
    const encoded = this.#attempt.encode();
    this.operations.assertOpen();
    const buffer = this.#site.argumentBuffers.take();
    buffer.bytes.set(encoded);
    const descriptor = this.#open(buffer);
    const operation = this.operations.prepareTransfer(OP_CONNECT, descriptor, buffer, 0, 0);
    // The length of the address goes where a transfer has its position.
    operation.seek(encoded.byteLength);
    this.#descriptor = descriptor;
    return this.enqueue(operation, cx);
  }

  protected override complete(_cx: Context, operation: Operation): Poll<S> {
    const { buffer, descriptor } = operation;
    const result = this.operations.take(operation);
    this.#descriptor = null;
    buffer?.free();
    if (descriptor !== null && result === 0) return this.#attempt.streamOf(descriptor);
    // EINTR included: the attempt goes on without us, and a second one on the same socket is refused. See connect(2).
    descriptor?.close();
    throw systemError(result, "connect", this.#attempt.subject);
  }

  #open(buffer: RingBuffer): Descriptor {
    try {
      return new Descriptor(this.operations, this.#attempt.open());
    } catch (error) {
      buffer.free();
      throw error;
    }
  }
}
