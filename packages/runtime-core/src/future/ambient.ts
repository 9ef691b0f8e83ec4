// What is being polled on this thread right now. `yield*` hands a future no arguments, so the poll in progress is found here.
// Relies on: JavaScript runs one poll at a time, and every poll restores what it found.
import type { Context } from "./context.ts";
import type { Frame } from "./stack.ts";

interface Ambient {
  /** The context of the poll in progress; null outside of one. */
  context: Context | null;
  /** True while `finally` blocks run because their coroutine was dropped. */
  dropping: boolean;
  /** The innermost and the outermost of the frames that suspended since the running frame was resumed. */
  innermost: Frame | null;
  outermost: Frame | null;
}

export const ambient: Ambient = { context: null, dropping: false, innermost: null, outermost: null };
