// Writing through a buffer, so that many small writes are few large ones.
import type { Context } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncSeek, Whence } from "./async-seek.ts";
import type { AsyncWrite } from "./async-write.ts";
import { DEFAULT_BUFFER_BYTES } from "./buf-reader.ts";
import { requireSize, WriteZeroError } from "./errors.ts";
import { charge } from "./operation.ts";

/**
 * Gives a destination a buffer. Flush it, or shut it down, when everything is written: what is still buffered then reaches the
 * destination by no other way. Writes at least as large as the buffer go past it.
 */
export class BufWriter<W extends AsyncWrite = AsyncWrite> implements AsyncWrite {
  /** The destination. */
  readonly inner: W;
  private readonly memory: Uint8Array;
  /** The buffered bytes are those from `start` to `end`; those before have been written already. */
  private start = 0;
  private end = 0;

  /** @throws RangeError when the capacity is not a positive integer */
  constructor(inner: W, capacityBytes: number = DEFAULT_BUFFER_BYTES) {
    requireSize("capacityBytes", capacityBytes);
    this.inner = inner;
    this.memory = new Uint8Array(capacityBytes);
  }

  /** The size of the buffer. */
  get capacityBytes(): number {
    return this.memory.byteLength;
  }

  /** What has not been written yet. The view holds until the next call of a method. */
  get buffered(): Uint8Array {
    return this.memory.subarray(this.start, this.end);
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    const n = view.byteLength;
    if (this.end + n > this.memory.byteLength && this.pollEmpty(cx) === Pending) return Pending;
    if (n >= this.memory.byteLength) return this.inner.pollWrite(cx, view);
    this.put(view);
    return n;
  }

  /** Views that do not fit together are passed on together where the destination can write from several. */
  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    const { inner, memory } = this;
    if (inner.pollWriteVectored === undefined) return this.pollWriteEach(cx, views);
    const total = views.reduce((sum, view) => sum + view.byteLength, 0);
    if (this.end + total > memory.byteLength && this.pollEmpty(cx) === Pending) return Pending;
    if (total >= memory.byteLength) return inner.pollWriteVectored(cx, views);
    for (const view of views) this.put(view);
    return total;
  }

  pollFlush(cx: Context): Poll<void> {
    return this.pollEmpty(cx) === Pending ? Pending : this.inner.pollFlush(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    return this.pollEmpty(cx) === Pending ? Pending : this.inner.pollShutdown(cx);
  }

  /** Writes out what is buffered, then moves the destination. */
  pollSeek(this: BufWriter<AsyncWrite & AsyncSeek>, cx: Context, offset: number, whence: Whence): Poll<number> {
    return this.pollEmpty(cx) === Pending ? Pending : this.inner.pollSeek(cx, offset, whence);
  }

  forgetWriter(): void {
    this.inner.forgetWriter?.();
  }

  /** Writes from the first view that is not empty, and buffers as many of the others as fit. */
  private pollWriteEach(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    const first = views.findIndex((view) => view.byteLength > 0);
    if (first < 0) return 0;
    const written = this.pollWrite(cx, views[first]);
    // After a write past the buffer the others wait for the next call: how much of it was taken decides what comes next.
    if (written === Pending || this.end === this.start) return written;
    let total = written;
    for (const view of views.slice(first + 1)) {
      if (this.end + view.byteLength > this.memory.byteLength) break;
      this.put(view);
      total += view.byteLength;
    }
    return total;
  }

  private put(view: Uint8Array): void {
    this.memory.set(view, this.end);
    this.end += view.byteLength;
  }

  /** Writes out what is buffered. */
  private pollEmpty(cx: Context): Poll<void> {
    while (this.start < this.end) {
      if (cx.exhausted()) return Pending;
      const { budget } = cx;
      const n = this.inner.pollWrite(cx, this.buffered);
      if (n === Pending) return Pending;
      charge(cx, budget);
      if (n === 0) throw new WriteZeroError();
      this.start += n;
    }
    this.start = this.end = 0;
    return undefined;
  }
}
