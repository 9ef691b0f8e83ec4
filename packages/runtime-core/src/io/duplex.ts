// A pipe in memory, and two of them as a connection: for tests, and for talking to a part of one's own program as to a peer.
import type { Context } from "../future/context.ts";
import type { Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { requireSize } from "./errors.ts";
import { Pipe } from "./pipe.ts";

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
