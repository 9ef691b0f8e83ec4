// The future of one datagram on its way out: it is sent as a whole or not at all.
import { ERRNO } from "@pollab/io-sys";
import type { Context, Poll } from "@pollab/runtime-core/future";
import type { BufferSource, Transfer } from "@pollab/runtime-core/io";
import { MSG_NOSIGNAL, OP_SEND, OP_SENDMSG } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Operation, RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";
import type { Lane } from "./lane.ts";
import { SteppedLaneFuture } from "./lane-future.ts";
import { Message } from "./message.ts";
import type { NetSite } from "./site.ts";
import { lendOrRelease } from "./vectored.ts";

/** To the connected peer. */
export class SendDatagram<B extends RingBuffer> extends SteppedLaneFuture<Transfer<B>, Lane> {
  protected readonly buf: B;
  protected readonly begins: number;
  protected readonly ends: number;

  constructor(operations: Operations, descriptor: Descriptor, lane: Lane, buf: B, start: number, end: number) {
    super("write", operations, descriptor, lane);
    this.buf = buf;
    this.begins = start;
    this.ends = end;
  }

  protected override start(cx: Context): Poll<Transfer<B>> {
    const { operations, descriptor, buf, begins, ends } = this;
    const operation = operations.prepareTransfer(OP_SEND, descriptor, buf, begins, ends - begins);
    operation.flags = MSG_NOSIGNAL;
    return this.enqueue(operation, cx);
  }

  protected override proceed(cx: Context, operation: Operation): Poll<Transfer<B>> {
    const n = this.operations.take(operation);
    if (this.descriptor.closed) return this.fail(-ERRNO.ECANCELED);
    if (n === -ERRNO.EINTR) return this.attempt(cx);
    if (n < 0) return this.fail(n);
    this.leave();
    return { n, buf: this.buf };
  }
}

/** To anybody. */
export class SendDatagramTo<B extends RingBuffer> extends SendDatagram<B> {
  readonly #arguments: BufferSource<RingBuffer>;
  readonly #name: Uint8Array;

  /** @param name the receiver's socket address */
  constructor(site: NetSite, descriptor: Descriptor, lane: Lane, name: Uint8Array, buf: B, start: number, end: number) {
    super(site.operations, descriptor, lane, buf, start, end);
    this.#arguments = site.argumentBuffers;
    this.#name = name;
  }

  protected override start(cx: Context): Poll<Transfer<B>> {
    const { operations, descriptor, buf, begins, ends } = this;
    const message = new Message(this.#arguments.take());
    message.setName(this.#name);
    const operation = operations.prepare(OP_SENDMSG, descriptor);
    operation.flags = MSG_NOSIGNAL;
    lendOrRelease(operations, operation, message, [{ buf, start: begins, length: ends - begins }]);
    return this.enqueue(operation, cx);
  }

  protected override proceed(cx: Context, operation: Operation): Poll<Transfer<B>> {
    const { buffer } = operation;
    try {
      return super.proceed(cx, operation);
    } finally {
      buffer?.free();
    }
  }
}
