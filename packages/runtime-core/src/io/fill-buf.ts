// Waiting for buffered bytes.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead } from "./async-read.ts";
import { Operation } from "./operation.ts";

class FillBuf extends Operation<Uint8Array> {
  private readonly reader: AsyncBufRead;

  constructor(reader: AsyncBufRead) {
    super();
    this.reader = reader;
  }

  override poll(cx: Context): Poll<Uint8Array> {
    this.enter("fillBuf");
    const bytes = this.reader.pollFillBuf(cx);
    return bytes === Pending ? this.wait() : bytes;
  }

  protected override release(): void {
    this.reader.forgetReader?.();
  }
}

/**
 * Waits until `reader` has buffered bytes and returns them; an empty view says that no more will come. They stay in the buffer until
 * `reader.consume(n)`, and the view holds until the reader is used again.
 *
 * Cancel safe: it takes nothing.
 */
export function fillBuf(reader: AsyncBufRead): Future<Uint8Array> {
  return new FillBuf(reader);
}
