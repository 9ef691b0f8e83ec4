// Writing from borrowed memory: the face that every destination of bytes has for futures written by hand.
import type { Context } from "../future/context.ts";
import type { Poll } from "../future/poll.ts";

/** A destination of bytes. It has one writer at a time: the waker of the latest poll is the one that is called. */
export interface AsyncWrite {
  /** Takes bytes from the beginning of `view`, at least one unless it is empty, and returns how many. */
  pollWrite(cx: Context, view: Uint8Array): Poll<number>;

  /**
   * Like `pollWrite`, from several views as if they were one. A destination that gains nothing from it leaves it out; then only the
   * first view that is not empty is written.
   */
  pollWriteVectored?(cx: Context, views: readonly Uint8Array[]): Poll<number>;

  /** Is ready when everything that was taken has reached its destination. */
  pollFlush(cx: Context): Poll<void>;

  /** Flushes, then says that no more will come. Writing after it has begun is an error. */
  pollShutdown(cx: Context): Poll<void>;

  /** Whoever waited to write, flush or shut down was dropped: lets go of its waker. */
  forgetWriter?(): void;
}
