// Waiting for a move to another position.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncSeek, Whence } from "./async-seek.ts";
import { Operation } from "./operation.ts";

/** What a seek may have to wait for: the source itself, or writing out what is buffered before it. */
type Seekable = AsyncSeek & { forgetReader?(): void; forgetWriter?(): void };

class Seek extends Operation<number> {
  private readonly io: Seekable;
  private readonly offset: number;
  private readonly whence: Whence;

  constructor(io: Seekable, offset: number, whence: Whence) {
    super();
    this.io = io;
    this.offset = offset;
    this.whence = whence;
  }

  override poll(cx: Context): Poll<number> {
    this.enter("seek");
    const position = this.io.pollSeek(cx, this.offset, this.whence);
    return position === Pending ? this.wait() : position;
  }

  protected override release(): void {
    this.io.forgetReader?.();
    this.io.forgetWriter?.();
  }
}

/**
 * Moves to `offset` bytes from the start, or from `whence`, and returns the new position from the start: `seek(io, 0, "current")` is
 * where it is.
 *
 * @throws RangeError when the offset is no whole number, or the position would be before the start
 */
export function seek(io: AsyncSeek, offset: number, whence: Whence = "start"): Future<number> {
  if (!Number.isSafeInteger(offset)) throw new RangeError(`seek expects a whole number of bytes, got ${offset}`);
  return new Seek(io, offset, whence);
}
