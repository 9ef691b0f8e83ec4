// A listening socket, and the future of one accept.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Future, Pending, Poll } from "@pollab/runtime-core/future";
import type { Stream } from "@pollab/runtime-core/stream";
import { OP_ACCEPT, SOCK_CLOEXEC } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import { adopt } from "../direct.ts";
import { Incoming } from "../multishot/incoming.ts";
import { DEFAULT_MAX_QUEUED } from "../multishot/multishot.ts";
import type { Operation } from "../operation.ts";
import { OperationFuture } from "../operation-future.ts";
import type { Operations } from "../operations.ts";
import type { NetSite } from "./site.ts";
import type { Closable } from "./closable.ts";

/** How a stream of connections behaves. */
export interface IncomingOptions {
  /** From how many connections on that were not asked for the others stay in the listener's queue; 64 unless given. */
  readonly maxQueued?: number;
}

/** What the listeners of all kinds of connections do. Subclasses say what a connection is. */
export abstract class UringListener<S extends Closable> {
  protected readonly site: NetSite;
  protected readonly descriptor: Descriptor;

  /** For the driver. @internal */
  constructor(site: NetSite, descriptor: Descriptor) {
    this.site = site;
    this.descriptor = descriptor;
  }

  /**
   * The next connection. A connection that arrives for an accept that was dropped is closed.
   *
   * @throws SystemError such as EMFILE: the connection is still there, accept again once descriptors were closed
   */
  accept(): Future<S> {
    return new Accept(this.site.operations, this.descriptor, this.#streamOf);
  }

  /**
   * The connections as they come: one operation serves any number of them. What was accepted and not asked for is closed when the
   * stream is dropped.
   *
   * @throws SystemError (the stream) such as EMFILE, after which it goes on when it is polled again; ECANCELED, its last
   */
  incoming({ maxQueued = DEFAULT_MAX_QUEUED }: IncomingOptions = {}): Stream<S> {
    return new Incoming(this.site.operations, this.descriptor, this.#streamOf, maxQueued);
  }

  /** Stops listening. An `accept` that waits fails with ECANCELED. Idempotent. */
  close(): void {
    this.descriptor.close();
  }

  protected abstract streamOf(descriptor: Descriptor): S;

  readonly #streamOf = (descriptor: Descriptor): S => this.streamOf(descriptor);
}

class Accept<S> extends OperationFuture<S> {
  readonly #listener: Descriptor;
  readonly #streamOf: (descriptor: Descriptor) => S;

  constructor(operations: Operations, listener: Descriptor, streamOf: (descriptor: Descriptor) => S) {
    super(operations, "accept");
    this.#listener = listener;
    this.#streamOf = streamOf;
  }

  protected override complete(cx: Context, operation: Operation): Poll<S> {
    const { result } = operation;
    const accepted = adopt(this.operations, operation, result);
    this.operations.take(operation);
    return accepted === null ? this.#retry(cx, result) : this.#streamOf(accepted);
  }

  protected override submit(cx: Context): Pending {
    this.#listener.assertOpen("accept");
    const operation = this.operations.prepare(OP_ACCEPT, this.#listener);
    if (!this.operations.directFiles.request(operation)) {
      operation.flags = SOCK_CLOEXEC;
      operation.heir = this.operations.descriptorHeir;
      operation.makeDescriptor();
    }
    return this.enqueue(operation, cx);
  }

  #retry(cx: Context, error: number): Pending {
    if (this.#listener.closed) throw systemError(ERRNO.ECANCELED, "accept");
    // ECONNABORTED: the peer gave up while it was queued; there will be others.
    if (error === -ERRNO.ECONNABORTED || error === -ERRNO.EINTR) return this.submit(cx);
    const { features, directFiles } = this.operations;
    if (directFiles.wanted && features.refuses("direct descriptors", error)) return this.submit(cx);
    throw systemError(error, "accept");
  }
}
