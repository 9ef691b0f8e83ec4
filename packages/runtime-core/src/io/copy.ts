// Moving everything from a source to a destination.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { Operation } from "./operation.ts";
import { TransferLoop } from "./transfer.ts";

class Copy extends Operation<number> {
  private readonly loop: TransferLoop;

  constructor(loop: TransferLoop) {
    super();
    this.loop = loop;
  }

  override poll(cx: Context): Poll<number> {
    this.enter("copy");
    let copied: Poll<number>;
    try {
      copied = this.loop.poll(cx);
    } catch (error) {
      // One side has failed; the other may still hold a waker.
      this.release();
      throw error;
    }
    return copied === Pending ? this.wait() : copied;
  }

  protected override release(): void {
    this.loop.release();
  }
}

/**
 * Copies from `reader` to `writer` until the source ends, then flushes; returns how many bytes. Whenever the source makes it wait, what
 * was written is flushed. The writer is not shut down. A copy that never has to wait lets other tasks run all the same.
 *
 * Not cancel safe: dropped while it waits, up to a buffer of what it has read may not have been written.
 *
 * @throws WriteZeroError when the destination takes no more
 */
export function copy(reader: AsyncRead, writer: AsyncWrite): Future<number> {
  return new Copy(new TransferLoop(reader, writer));
}
