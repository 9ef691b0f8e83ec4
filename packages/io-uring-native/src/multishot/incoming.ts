// Connections as they come in on a listening socket, as a stream.
import { ERRNO } from "@pollab/io-sys";
import { ACCEPT_MULTISHOT, OP_ACCEPT, SOCK_CLOEXEC } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import { adopt } from "../direct.ts";
import type { Closable } from "../net/closable.ts";
import type { Feature } from "../features.ts";
import type { Operation } from "../operation.ts";
import type { Operations } from "../operations.ts";
import { type Continuation, Multishot } from "./multishot.ts";

export class Incoming<S extends Closable> extends Multishot<S> {
  readonly #listener: Descriptor;
  readonly #streamOf: (descriptor: Descriptor) => S;

  constructor(
    operations: Operations,
    listener: Descriptor,
    streamOf: (descriptor: Descriptor) => S,
    maxQueued: number,
  ) {
    super(operations, maxQueued);
    this.#listener = listener;
    this.#streamOf = streamOf;
  }

  protected override get syscall(): string {
    return "accept";
  }

  protected override get feature(): Feature {
    return "accept multishot";
  }

  protected override get closed(): boolean {
    return this.#listener.closed;
  }

  protected override begin(): boolean {
    this.#listener.assertOpen("accept");
    return true;
  }

  protected override prepare(): Operation {
    const { operations } = this;
    const operation = operations.prepare(OP_ACCEPT, this.#listener);
    const direct = operations.directFiles.request(operation);
    if (!direct) {
      operation.flags = SOCK_CLOEXEC;
      operation.makeDescriptor();
    }
    // Each direct descriptor has to have its place beforehand.
    const many = !operations.directFiles.wanted && this.offersMany;
    if (many) operation.priority = ACCEPT_MULTISHOT;
    return operation;
  }

  protected override itemOf(operation: Operation, result: number): S | undefined {
    const accepted = adopt(this.operations, operation, result);
    return accepted === null ? undefined : this.#streamOf(accepted);
  }

  protected override discard(item: S): void {
    item.close();
  }

  protected override afterLast(result: number): Continuation {
    if (this.closed) return -ERRNO.ECANCELED;
    // ECONNABORTED: the peer gave up while it was queued; there will be others.
    if (result >= 0 || result === -ERRNO.ECONNABORTED) return "again";
    const { features, directFiles } = this.operations;
    const unknown = directFiles.wanted ? features.refuses("direct descriptors", result) : this.refusesMany(result);
    return unknown ? "again" : result;
  }

  /** EMFILE and its kind: the connection is still there. */
  protected override survives(): boolean {
    return !this.closed;
  }

  protected override awaitBuffer(): void {}

  protected override leave(): void {}
}
