// The future of one receive.
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
import { OP_RECV } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import { ENDED, type RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";
import { LaneFuture } from "./lane-future.ts";
import type { ReadLane } from "./read-lane.ts";

export class Read<B extends RingBuffer> extends LaneFuture<Transfer<B>, ReadLane> {
  readonly #buf: B;

  constructor(operations: Operations, descriptor: Descriptor, lane: ReadLane, buf: B) {
    super("read", operations, descriptor, lane);
    this.#buf = buf;
  }

  override poll(cx: Context): Poll<Transfer<B>> {
    const { operation } = this;
    if (operation === null) return this.begin(cx);
    if (operation.state !== ENDED) {
      operation.waker = cx.waker;
      return Pending;
    }
    this.operation = null;
    const n = this.operations.take(operation);
    if (this.descriptor.closed) return this.fail(-ERRNO.ECANCELED);
    if (n >= 0) return this.#finish(n);
    return n === -ERRNO.EINTR ? this.attempt(cx) : this.fail(n);
  }

  override next(_sent?: unknown): IteratorResult<Suspension, Transfer<B>> {
    const result = this.poll(currentContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override start(cx: Context): Poll<Transfer<B>> {
    const { lane } = this;
    const buf = this.#buf;
    if (lane.left !== 0) return this.#takeLeft();
    lane.memory = buf.bytes;
    return this.enqueue(this.operations.prepareTransfer(OP_RECV, this.descriptor, buf, 0, buf.capacityBytes), cx);
  }

  /** What a dropped read had received is the first thing that the next one sees. */
  #takeLeft(): Transfer<B> {
    const { lane } = this;
    const { left } = lane;
    if (typeof left !== "number") return this.#finish(lane.fill(this.#buf.bytes));
    lane.left = 0;
    return this.fail(left);
  }

  #finish(n: number): Transfer<B> {
    this.leave();
    return { n, buf: this.#buf };
  }
}
