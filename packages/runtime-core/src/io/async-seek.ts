// Moving within a source or destination that has a position.
import type { Context } from "../future/context.ts";
import type { Poll } from "../future/poll.ts";

/** What the offset of a seek counts from. */
export type Whence = "start" | "current" | "end";

/** Something with a position in bytes. */
export interface AsyncSeek {
  /**
   * Moves to `offset` bytes from `whence` and returns the new position from the start. Beyond the end is allowed.
   *
   * @throws RangeError when that is before the start
   */
  pollSeek(cx: Context, offset: number, whence: Whence): Poll<number>;
}
