// Moving everything from a source to a destination through a buffer: the machine of `copy` and of each direction of
// `copyBidirectional`.
import type { Context } from "../future/context.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { DEFAULT_BUFFER_BYTES } from "./buf-reader.ts";
import { WriteZeroError } from "./errors.ts";
import { charge } from "./operation.ts";

export class TransferLoop {
  private readonly reader: AsyncRead;
  private readonly writer: AsyncWrite;
  private readonly memory: Uint8Array = new Uint8Array(DEFAULT_BUFFER_BYTES);
  /** What was read and not yet written is from `start` to `end`. */
  private start = 0;
  private end = 0;
  private copied = 0;
  private readerEnded = false;
  private unflushed = false;

  constructor(reader: AsyncRead, writer: AsyncWrite) {
    this.reader = reader;
    this.writer = writer;
  }

  /** Is ready with the number of bytes when the source has ended and everything is written and flushed. */
  poll(cx: Context): Poll<number> {
    const { reader, writer, memory } = this;
    for (;;) {
      if (cx.exhausted()) return Pending;
      const { budget } = cx;
      // Reading goes on behind what the writer has not taken yet.
      if (!this.readerEnded && this.end < memory.byteLength) {
        const n = reader.pollRead(cx, this.end === 0 ? memory : memory.subarray(this.end));
        if (n === Pending) {
          if (this.start === this.end) return this.flushWhileWaiting(cx);
        } else {
          this.end += n;
          this.readerEnded = n === 0;
        }
      }
      if (this.start < this.end) {
        const n = writer.pollWrite(cx, memory.subarray(this.start, this.end));
        if (n === Pending) return Pending;
        if (n === 0) throw new WriteZeroError();
        this.start += n;
        this.copied += n;
        this.unflushed = true;
        if (this.start === this.end) this.start = this.end = 0;
      }
      charge(cx, budget);
      if (this.readerEnded && this.start === this.end) {
        return writer.pollFlush(cx) === Pending ? Pending : this.copied;
      }
    }
  }

  release(): void {
    this.reader.forgetReader?.();
    this.writer.forgetWriter?.();
  }

  /** The source may be waiting for an answer to what a buffered destination has not sent on yet. */
  private flushWhileWaiting(cx: Context): Pending {
    if (this.unflushed && this.writer.pollFlush(cx) !== Pending) this.unflushed = false;
    return Pending;
  }
}
