// A stream with a buffer in each direction.
import type { Context } from "../future/context.ts";
import type { Poll } from "../future/poll.ts";
import type { AsyncBufRead, AsyncRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { BufReader, DEFAULT_BUFFER_BYTES } from "./buf-reader.ts";
import { BufWriter } from "./buf-writer.ts";

/** Reads through a {@link BufReader} and writes through a {@link BufWriter} of the same stream. Flush what has to arrive. */
export class BufStream<S extends AsyncRead & AsyncWrite = AsyncRead & AsyncWrite> implements AsyncBufRead, AsyncWrite {
  /** The stream. */
  readonly inner: S;
  private readonly reader: BufReader<S>;
  private readonly writer: BufWriter<S>;

  /** @throws RangeError when a capacity is not a positive integer */
  constructor(
    inner: S,
    readCapacityBytes: number = DEFAULT_BUFFER_BYTES,
    writeCapacityBytes: number = readCapacityBytes,
  ) {
    this.inner = inner;
    this.reader = new BufReader(inner, readCapacityBytes);
    this.writer = new BufWriter(inner, writeCapacityBytes);
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    return this.reader.pollRead(cx, view);
  }

  pollFillBuf(cx: Context): Poll<Uint8Array> {
    return this.reader.pollFillBuf(cx);
  }

  consume(n: number): void {
    this.reader.consume(n);
  }

  forgetReader(): void {
    this.reader.forgetReader();
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    return this.writer.pollWrite(cx, view);
  }

  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    return this.writer.pollWriteVectored(cx, views);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.writer.pollFlush(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    return this.writer.pollShutdown(cx);
  }

  forgetWriter(): void {
    this.writer.forgetWriter();
  }
}
