// Reading through a buffer, so that many small reads are few large ones.
import type { Context } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead, AsyncRead } from "./async-read.ts";
import type { AsyncSeek, Whence } from "./async-seek.ts";
import { requireSize } from "./errors.ts";

/** tokio's number. */
export const DEFAULT_BUFFER_BYTES = 8192;

/**
 * Gives a source a buffer. What is buffered is lost to whoever reads from `inner` directly. Reads of a view at least as large as the
 * buffer go past it when it is empty.
 */
export class BufReader<R extends AsyncRead = AsyncRead> implements AsyncBufRead {
  /** The source. */
  readonly inner: R;
  private readonly memory: Uint8Array;
  private start = 0;
  private end = 0;

  /** @throws RangeError when the capacity is not a positive integer */
  constructor(inner: R, capacityBytes: number = DEFAULT_BUFFER_BYTES) {
    requireSize("capacityBytes", capacityBytes);
    this.inner = inner;
    this.memory = new Uint8Array(capacityBytes);
  }

  /** The size of the buffer. */
  get capacityBytes(): number {
    return this.memory.byteLength;
  }

  /** What is buffered, without reading. The view holds until the next call of a method. */
  get buffered(): Uint8Array {
    return this.memory.subarray(this.start, this.end);
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    const { memory } = this;
    if (this.start === this.end) {
      if (view.byteLength === 0) return 0;
      if (view.byteLength >= memory.byteLength) {
        // What was consumed is not behind the position any more: a relative seek must not go back to it.
        this.start = this.end = 0;
        return this.inner.pollRead(cx, view);
      }
      if (this.pollFill(cx) === Pending) return Pending;
    }
    const { start } = this;
    const n = Math.min(view.byteLength, this.end - start);
    view.set(memory.subarray(start, start + n));
    this.start = start + n;
    return n;
  }

  pollFillBuf(cx: Context): Poll<Uint8Array> {
    if (this.start === this.end && this.pollFill(cx) === Pending) return Pending;
    return this.buffered;
  }

  consume(n: number): void {
    if (!(n >= 0 && n <= this.end - this.start)) {
      throw new RangeError(`expected to consume 0 to ${this.end - this.start} bytes, got ${n}`);
    }
    this.start += n;
  }

  /**
   * Moves the source, and forgets what is buffered, also when the new position is within that: what the source has there by now
   * is what the next read sees. `"current"` counts from what has been taken out of the buffer.
   */
  pollSeek(this: BufReader<AsyncRead & AsyncSeek>, cx: Context, offset: number, whence: Whence): Poll<number> {
    // The source is ahead by what is buffered.
    const ahead = whence === "current" ? this.end - this.start : 0;
    const position = this.inner.pollSeek(cx, offset - ahead, whence);
    if (position === Pending) return Pending;
    this.start = this.end = 0;
    return position;
  }

  /** Moves by `offset` bytes, within the buffer where possible: then nothing is read again. */
  pollSeekRelative(this: BufReader<AsyncRead & AsyncSeek>, cx: Context, offset: number): Poll<void> {
    const start = this.start + offset;
    if (start >= 0 && start <= this.end) {
      this.start = start;
      return undefined;
    }
    return this.pollSeek(cx, offset, "current") === Pending ? Pending : undefined;
  }

  forgetReader(): void {
    this.inner.forgetReader?.();
  }

  private pollFill(cx: Context): Poll<void> {
    // Whatever the read does to the memory, also when it fails.
    this.start = this.end = 0;
    const n = this.inner.pollRead(cx, this.memory);
    if (n === Pending) return Pending;
    this.end = n;
    return undefined;
  }
}
