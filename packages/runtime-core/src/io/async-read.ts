// Reading into borrowed memory: the face that every source of bytes has for futures written by hand. Programs use the functions of
// this module (`read`, `readExact`, `copy`, …), which make futures of it.
import type { Context } from "../future/context.ts";
import type { Poll } from "../future/poll.ts";

/** A source of bytes. It has one reader at a time: the waker of the latest poll is the one that is called. */
export interface AsyncRead {
  /**
   * Reads at least one byte into the beginning of `view` and returns how many; 0 says that no more will come, or that `view` is
   * empty. The view is used during the call only. A source that could go on for ever asks `cx.exhausted()` first.
   */
  pollRead(cx: Context, view: Uint8Array): Poll<number>;

  /** Whoever waited to read was dropped: lets go of its waker. A source that keeps no waker leaves this out. */
  forgetReader?(): void;
}

/** A source that has a buffer, so that its bytes can be looked at before they are taken. */
export interface AsyncBufRead extends AsyncRead {
  /**
   * The bytes that are buffered, after reading some if there were none; an empty view says that no more will come. The view holds
   * until the next call of any method. Without `consume` the next call returns the same bytes.
   */
  pollFillBuf(cx: Context): Poll<Uint8Array>;

  /** Takes the first `n` of the buffered bytes away. @throws RangeError when there are fewer */
  consume(n: number): void;
}
