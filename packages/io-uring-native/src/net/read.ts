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
import { LaneFuture, type ReadLane } from "./lane.ts";
import { ENDED, type RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";

export class Read<B extends RingBuffer> extends LaneFuture<B, ReadLane> {
  constructor(operations: Operations, descriptor: Descriptor, lane: ReadLane, buf: B) {
    super("read", operations, descriptor, lane, buf);
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
    if (n >= 0) return this.finish(n);
    return n === -ERRNO.EINTR ? this.attempt(cx) : this.fail(n);
  }

  override next(_sent?: unknown): IteratorResult<Suspension, Transfer<B>> {
    const result = this.poll(currentContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override start(cx: Context): Poll<Transfer<B>> {
    const { lane, buf } = this;
    if (lane.left !== 0) return this.#takeLeft();
    lane.memory = buf.bytes;
    this.submit(cx, OP_RECV, 0, buf.capacityBytes);
    return Pending;
  }

  /** What a dropped read had received is the first thing that the next one sees. */
  #takeLeft(): Transfer<B> {
    const { lane, buf } = this;
    const { left } = lane;
    lane.left = 0;
    if (typeof left === "number") return this.fail(left);
    const n = Math.min(left.byteLength, buf.capacityBytes);
    if (n < left.byteLength) lane.left = left.subarray(n);
    buf.bytes.set(left.subarray(0, n));
    return this.finish(n);
  }
}
