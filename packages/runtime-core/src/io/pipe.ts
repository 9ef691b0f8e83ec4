// The queue of bytes between a writer and a reader in one program.
import type { Context, Waker } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import { BrokenPipeError } from "./errors.ts";

/** Of bounded length: the writer waits while it is full, the reader while it is empty. */
export class Pipe {
  private readonly maxBytes: number;
  private readonly contents: ByteBuffer = new ByteBuffer();
  private readerClosed = false;
  private writerClosed = false;
  private reader: Waker | null = null;
  private writer: Waker | null = null;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    if (cx.exhausted()) return Pending;
    const { contents } = this;
    const there = contents.byteLength;
    if (there === 0 && view.byteLength > 0 && !this.writerClosed && !this.readerClosed) {
      this.reader = cx.waker;
      return Pending;
    }
    cx.budget--;
    if (view.byteLength >= there) {
      view.set(contents.bytes);
      contents.clear();
      if (there > 0) this.wakeWriter();
      return there;
    }
    if (view.byteLength === 0) return 0;
    view.set(contents.bytes.subarray(0, view.byteLength));
    contents.consume(view.byteLength);
    this.wakeWriter();
    return view.byteLength;
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    const room = this.pollRoom(cx, view.byteLength > 0);
    if (room === Pending) return Pending;
    cx.budget--;
    return this.put(view, room);
  }

  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    let room = this.pollRoom(
      cx,
      views.some((view) => view.byteLength > 0),
    );
    if (room === Pending) return Pending;
    cx.budget--;
    let written = 0;
    for (const view of views) {
      const n = this.put(view, room);
      written += n;
      room -= n;
      if (room === 0) break;
    }
    return written;
  }

  /** What is in the pipe can still be read, then it ends. Whoever waits, on either side, is woken to find that out. */
  closeWriter(): void {
    this.writerClosed = true;
    this.wakeReader();
    this.wakeWriter();
  }

  /** What is in the pipe is gone, and writing is an error. */
  closeReader(): void {
    this.readerClosed = true;
    this.contents.clear();
    this.wakeReader();
    this.wakeWriter();
  }

  forgetReader(): void {
    this.reader = null;
  }

  forgetWriter(): void {
    this.writer = null;
  }

  /** How many bytes fit; waits while there are none, if `needed`. */
  private pollRoom(cx: Context, needed: boolean): Poll<number> {
    if (cx.exhausted()) return Pending;
    if (this.writerClosed) throw new BrokenPipeError("this side of the pipe was shut down");
    if (this.readerClosed) throw new BrokenPipeError("the other side of the pipe is closed");
    const room = this.maxBytes - this.contents.byteLength;
    if (room === 0 && needed) {
      this.writer = cx.waker;
      return Pending;
    }
    return room;
  }

  private put(view: Uint8Array, room: number): number {
    const n = Math.min(view.byteLength, room);
    if (n === 0) return 0;
    this.contents.append(n === view.byteLength ? view : view.subarray(0, n));
    this.wakeReader();
    return n;
  }

  private wakeReader(): void {
    const { reader } = this;
    this.reader = null;
    reader?.wake();
  }

  private wakeWriter(): void {
    const { writer } = this;
    this.writer = null;
    writer?.wake();
  }
}
