// Moving everything from a source that has a buffer.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { WriteZeroError } from "./errors.ts";
import { charge, Operation } from "./operation.ts";

class CopyBuf extends Operation<number> {
  private readonly reader: AsyncBufRead;
  private readonly writer: AsyncWrite;
  private copied = 0;
  private unflushed = false;

  constructor(reader: AsyncBufRead, writer: AsyncWrite) {
    super();
    this.reader = reader;
    this.writer = writer;
  }

  override poll(cx: Context): Poll<number> {
    this.enter("copyBuf");
    let ended: Poll<void>;
    try {
      ended = this.run(cx);
    } catch (error) {
      // One side has failed; the other may still hold a waker.
      this.release();
      throw error;
    }
    return ended === Pending ? this.wait() : this.copied;
  }

  protected override release(): void {
    this.reader.forgetReader?.();
    this.writer.forgetWriter?.();
  }

  private run(cx: Context): Poll<void> {
    const { reader, writer } = this;
    for (;;) {
      if (cx.exhausted()) return Pending;
      const { budget } = cx;
      const bytes = reader.pollFillBuf(cx);
      if (bytes === Pending) {
        // As in `copy`: the source may be waiting for an answer to what has not been sent on yet.
        if (this.unflushed && writer.pollFlush(cx) !== Pending) this.unflushed = false;
        return Pending;
      }
      if (bytes.byteLength === 0) return writer.pollFlush(cx);
      const n = writer.pollWrite(cx, bytes);
      if (n === Pending) return Pending;
      if (n === 0) throw new WriteZeroError();
      charge(cx, budget);
      reader.consume(n);
      this.copied += n;
      this.unflushed = true;
    }
  }
}

/**
 * As {@link copy}, without a buffer of its own: bytes stay in the reader's until the writer has taken them.
 *
 * Dropped while it waits, it loses none of them; how many were copied it does not say.
 *
 * @throws WriteZeroError when the destination takes no more
 */
export function copyBuf(reader: AsyncBufRead, writer: AsyncWrite): Future<number> {
  return new CopyBuf(reader, writer);
}
