// Moving a buffered reader a little.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import type { AsyncSeek } from "./async-seek.ts";
import type { BufReader } from "./buf-reader.ts";
import { Operation } from "./operation.ts";

type SeekableReader = BufReader<AsyncRead & AsyncSeek>;

class SeekRelative extends Operation<void> {
  private readonly reader: SeekableReader;
  private readonly offset: number;

  constructor(reader: SeekableReader, offset: number) {
    super();
    this.reader = reader;
    this.offset = offset;
  }

  override poll(cx: Context): Poll<void> {
    this.enter("seekRelative");
    return this.reader.pollSeekRelative(cx, this.offset) === Pending ? this.wait() : undefined;
  }

  protected override release(): void {
    this.reader.forgetReader();
  }
}

/**
 * Moves `reader` by `offset` bytes from where it is. As long as that is within its buffer nothing is read again.
 *
 * @throws RangeError when the offset is no whole number, or the position would be before the start
 */
export function seekRelative(reader: BufReader<AsyncRead & AsyncSeek>, offset: number): Future<void> {
  if (!Number.isSafeInteger(offset))
    throw new RangeError(`seekRelative expects a whole number of bytes, got ${offset}`);
  return new SeekRelative(reader, offset);
}
