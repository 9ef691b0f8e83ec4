// The future of one write: as many sends as it takes.
import { ERRNO } from "@pollab/io-sys";
import {
  type Context,
  currentContext,
  Pending,
  type Poll,
  SUSPENDED,
  type Suspension,
} from "@pollab/runtime-core/future";
import type { Transfer } from "@pollab/runtime-core/io";
import { MSG_NOSIGNAL, MSG_WAITALL, OP_SEND } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import { type Lane, LaneFuture } from "./lane.ts";
import { ENDED, type RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";

export class WriteAll<B extends RingBuffer> extends LaneFuture<B, Lane> {
  readonly #start: number;
  readonly #end: number;
  #sentTo: number;

  constructor(operations: Operations, descriptor: Descriptor, lane: Lane, buf: B, start: number, end: number) {
    super("write", operations, descriptor, lane, buf);
    this.#start = start;
    this.#end = end;
    this.#sentTo = start;
  }

  override poll(cx: Context): Poll<Transfer<B>> {
    const { operation } = this;
    if (operation === null) return this.begin(cx);
    if (operation.state !== ENDED) {
      operation.waker = cx.waker;
      return Pending;
    }
    this.operation = null;
    const sent = this.operations.take(operation);
    if (this.descriptor.closed) return this.fail(-ERRNO.ECANCELED);
    if (sent >= 0) this.#sentTo += sent;
    else if (sent !== -ERRNO.EINTR) return this.fail(sent);
    return this.attempt(cx);
  }

  override next(_sent?: unknown): IteratorResult<Suspension, Transfer<B>> {
    const result = this.poll(currentContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override start(cx: Context): Poll<Transfer<B>> {
    const sentTo = this.#sentTo;
    if (sentTo === this.#end) return this.finish(sentTo - this.#start);
    // WAITALL: newer kernels send the rest of a short send by themselves. NOSIGNAL: EPIPE instead of SIGPIPE.
    this.submit(cx, OP_SEND, sentTo, this.#end - sentTo).flags = MSG_NOSIGNAL | MSG_WAITALL;
    return Pending;
  }
}
