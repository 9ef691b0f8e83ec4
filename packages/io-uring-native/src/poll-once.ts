// The future of events of poll(2) on one descriptor, of whatever kind: those that are not the driver's as well.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Pending, Poll } from "@pollab/runtime-core/future";
import { OP_POLL_ADD } from "./abi.ts";
import type { Operation } from "./operation.ts";
import { OperationFuture } from "./operation-future.ts";
import type { Operations } from "./operations.ts";

export class PollOnce<T> extends OperationFuture<T> {
  readonly #fd: number;
  readonly #events: number;
  readonly #meaningOf: (events: number) => T;

  /** @param meaningOf what it completes with, of the events that have come */
  constructor(operations: Operations, fd: number, events: number, meaningOf: (events: number) => T) {
    super(operations, "poll");
    this.#fd = fd;
    this.#events = events;
    this.#meaningOf = meaningOf;
  }

  protected override submit(cx: Context): Pending {
    const operation = this.operations.prepare(OP_POLL_ADD, null);
    operation.fd = this.#fd;
    operation.flags = this.#events;
    return this.enqueue(operation, cx);
  }

  protected override complete(cx: Context, operation: Operation): Poll<T> {
    const events = this.operations.take(operation);
    if (events === -ERRNO.EINTR) return this.submit(cx);
    if (events < 0) throw systemError(events, "poll");
    return this.#meaningOf(events);
  }
}
