// Memory that is read, written and moved about in like a file.
import type { Context } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead } from "./async-read.ts";
import type { AsyncSeek, Whence } from "./async-seek.ts";
import type { AsyncWrite } from "./async-write.ts";

const LEAST_CAPACITY_BYTES = 64;

/** Bytes in memory with a position. Never waits, so it counts against the budget. */
export class Cursor implements AsyncBufRead, AsyncWrite, AsyncSeek {
  private memory: Uint8Array;
  private length: number;
  private at = 0;

  /** @param bytes the contents, which are written to in place as long as they do not grow; empty unless given */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.memory = bytes;
    this.length = bytes.byteLength;
  }

  /** The contents, wherever the position is. The view holds until the next write. */
  get bytes(): Uint8Array {
    return this.memory.subarray(0, this.length);
  }

  /** In bytes from the start. */
  get position(): number {
    return this.at;
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    const n = Math.min(view.byteLength, Math.max(0, this.length - this.at));
    view.set(this.memory.subarray(this.at, this.at + n));
    this.at += n;
    return n;
  }

  pollFillBuf(cx: Context): Poll<Uint8Array> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    return this.memory.subarray(Math.min(this.at, this.length), this.length);
  }

  consume(n: number): void {
    const most = Math.max(0, this.length - this.at);
    if (!(n >= 0 && n <= most)) throw new RangeError(`expected to consume 0 to ${most} bytes, got ${n}`);
    this.at += n;
  }

  /** Overwrites from the position on, and grows. A gap between the end and the position is filled with zeros. */
  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    this.put(view);
    return view.byteLength;
  }

  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    if (cx.exhausted()) return Pending;
    cx.budget--;
    const from = this.at;
    for (const view of views) this.put(view);
    return this.at - from;
  }

  pollFlush(): Poll<void> {
    return undefined;
  }

  pollShutdown(): Poll<void> {
    return undefined;
  }

  pollSeek(_cx: Context, offset: number, whence: Whence): Poll<number> {
    const base = whence === "start" ? 0 : whence === "current" ? this.at : this.length;
    const position = base + offset;
    if (!(Number.isSafeInteger(position) && position >= 0)) {
      throw new RangeError(`expected a position of at least 0, but ${base} + ${offset} is ${position}`);
    }
    this.at = position;
    return position;
  }

  private put(view: Uint8Array): void {
    if (view.byteLength === 0) return;
    const end = this.at + view.byteLength;
    if (end > this.memory.byteLength) {
      const grown = new Uint8Array(Math.max(LEAST_CAPACITY_BYTES, 2 * this.memory.byteLength, end));
      grown.set(this.bytes);
      this.memory = grown;
    }
    this.memory.set(view, this.at);
    this.at = end;
    this.length = Math.max(this.length, end);
  }
}
