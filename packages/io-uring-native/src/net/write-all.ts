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
import { ENDED, type RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";
import type { Lane } from "./lane.ts";
import { LaneFuture } from "./lane-future.ts";

export class WriteAll<B extends RingBuffer> extends LaneFuture<Transfer<B>, Lane> {
  readonly #buf: B;
  readonly #start: number;
  readonly #end: number;
  #sentTo: number;

  constructor(operations: Operations, descriptor: Descriptor, lane: Lane, buf: B, start: number, end: number) {
    super("write", operations, descriptor, lane);
    this.#buf = buf;
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
    const buf = this.#buf;
    if (sentTo === this.#end) {
      this.leave();
      return { n: sentTo - this.#start, buf };
    }
    const operation = this.operations.prepareTransfer(OP_SEND, this.descriptor, buf, sentTo, this.#end - sentTo);
    // WAITALL: newer kernels send the rest of a short send by themselves. NOSIGNAL: EPIPE instead of SIGPIPE.
    operation.flags = MSG_NOSIGNAL | MSG_WAITALL;
    return this.enqueue(operation, cx);
  }
}
