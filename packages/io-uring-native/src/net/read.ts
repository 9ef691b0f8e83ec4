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
import { CQE_F_SOCK_NONEMPTY, OP_RECV, RECVSEND_POLL_FIRST } from "../abi.ts";
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
    const { completionFlags, priority } = operation;
    const n = this.operations.take(operation);
    if (this.descriptor.closed) return this.fail(-ERRNO.ECANCELED);
    if (n < 0) return this.#mayRetry(n, priority) ? this.attempt(cx) : this.fail(n);
    this.lane.drained = n < this.#buf.capacityBytes && (completionFlags & CQE_F_SOCK_NONEMPTY) === 0;
    return this.#finish(n);
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
    const operation = this.operations.prepareTransfer(OP_RECV, this.descriptor, buf, 0, buf.capacityBytes);
    // An empty socket stays so until the peer has something to say: to look first would be for nothing most of the time.
    if (lane.drained && this.operations.features.offers("poll first")) operation.priority = RECVSEND_POLL_FIRST;
    return this.enqueue(operation, cx);
  }

  #mayRetry(error: number, priority: number): boolean {
    if (error === -ERRNO.EINTR) return true;
    const asked = priority === RECVSEND_POLL_FIRST;
    return asked && error === -ERRNO.EINVAL && this.operations.features.refuses("poll first", error);
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
