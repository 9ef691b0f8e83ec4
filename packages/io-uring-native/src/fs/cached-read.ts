// The future of a read at a position that the page cache answers where it can, at once, and the ring where not.
// Nothing is in flight before the ring has it: a read that is answered at once cannot be cancelled, and leaves nothing behind.
import {
  type Context,
  currentContext,
  Pending,
  type Poll,
  SUSPENDED,
  type Suspension,
} from "@pollab/runtime-core/future";
import type { Transfer } from "@pollab/runtime-core/io";
import { OP_READ } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import { ENDED, type RingBuffer } from "../operation.ts";
import type { Operations } from "../operations.ts";
import { CACHE_MISS, type PageCache } from "./page-cache.ts";
import { FileTransfer } from "./transfer.ts";

export class CachedFileRead<B extends RingBuffer> extends FileTransfer<B> {
  readonly #cache: PageCache;

  constructor(
    operations: Operations,
    cache: PageCache,
    descriptor: Descriptor,
    buf: B,
    start: number,
    length: number,
    position: number,
  ) {
    super(operations, OP_READ, descriptor, buf, start, length, position);
    this.#cache = cache;
  }

  override poll(cx: Context): Poll<Transfer<B>> {
    const { operation } = this;
    if (operation === null) {
      // A loop of reads that never wait lets others run.
      if (!this.begun && cx.exhausted()) return Pending;
      return this.begin(cx);
    }
    if (operation.state !== ENDED) {
      operation.waker = cx.waker;
      return Pending;
    }
    this.operation = null;
    return this.complete(cx, operation);
  }

  override next(_sent?: unknown): IteratorResult<Suspension, Transfer<B>> {
    const result = this.poll(currentContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }

  protected override submit(cx: Context): Poll<Transfer<B>> {
    if (this.descriptor.closed) this.descriptor.assertOpen("read");
    // What the ring has of this file already waits for the disk, most likely, and so would this: an attempt would be for nothing. And
    // where it would not, it shares the others' system call.
    if (this.descriptor.inFlight > 0) return super.submit(cx);
    this.operations.assertOpen();
    const { buf } = this;
    buf.lend();
    const n = this.#cache.read(buf, this.start, this.length, this.position);
    buf.giveBack();
    if (n === CACHE_MISS) return super.submit(cx);
    cx.budget--;
    return { n, buf };
  }
}
