// A pipe in memory, and two of them as a connection: for tests, and for talking to a part of one's own program as to a peer.
import type { Context, Waker } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import { BrokenPipeError, requireSize } from "./errors.ts";

/** One direction. The writer waits while it is full, the reader while it is empty. */
class Pipe {
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

/** The end of a pipe in memory that is read from. */
export interface SimplexReader extends AsyncRead, Disposable {
  /** Nobody will read any more: writing is an error. Idempotent. */
  close(): void;
}

/** The end of a pipe in memory that is written to. Written is flushed: the other side can read it. */
export interface SimplexWriter extends AsyncWrite, Disposable {
  /** The reader reads what is in the pipe, then the end. Idempotent. */
  close(): void;
}

/** One side of a connection in memory: what is written here is read on the other side. Written is flushed. */
export interface DuplexStream extends AsyncRead, AsyncWrite, Disposable {
  /** The other side reads what is under way, then the end, and can write no more. Idempotent. */
  close(): void;
}

class PipeReader implements SimplexReader {
  private readonly pipe: Pipe;

  constructor(pipe: Pipe) {
    this.pipe = pipe;
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    return this.pipe.pollRead(cx, view);
  }

  forgetReader(): void {
    this.pipe.forgetReader();
  }

  close(): void {
    this.pipe.closeReader();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

class PipeWriter implements SimplexWriter {
  protected readonly pipe: Pipe;

  constructor(pipe: Pipe) {
    this.pipe = pipe;
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    return this.pipe.pollWrite(cx, view);
  }

  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    return this.pipe.pollWriteVectored(cx, views);
  }

  pollFlush(): Poll<void> {
    return undefined;
  }

  pollShutdown(): Poll<void> {
    this.pipe.closeWriter();
    return undefined;
  }

  forgetWriter(): void {
    this.pipe.forgetWriter();
  }

  close(): void {
    this.pipe.closeWriter();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

class PipePair extends PipeWriter implements DuplexStream {
  private readonly incoming: Pipe;

  constructor(incoming: Pipe, outgoing: Pipe) {
    super(outgoing);
    this.incoming = incoming;
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    return this.incoming.pollRead(cx, view);
  }

  forgetReader(): void {
    this.incoming.forgetReader();
  }

  override close(): void {
    super.close();
    this.incoming.closeReader();
  }
}

/**
 * A connection in memory: its two sides. At most `maxBytes` are under way in each direction.
 *
 * @throws RangeError unless that is a positive integer
 */
export function duplex(maxBytes: number): [DuplexStream, DuplexStream] {
  requireSize("maxBytes", maxBytes);
  const there = new Pipe(maxBytes);
  const back = new Pipe(maxBytes);
  return [new PipePair(back, there), new PipePair(there, back)];
}

/** A pipe in memory: its two ends. At most `maxBytes` are under way. @throws RangeError unless that is a positive integer */
export function simplex(maxBytes: number): [SimplexReader, SimplexWriter] {
  requireSize("maxBytes", maxBytes);
  const pipe = new Pipe(maxBytes);
  return [new PipeReader(pipe), new PipeWriter(pipe)];
}
