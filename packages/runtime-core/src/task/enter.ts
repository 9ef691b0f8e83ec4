// Making a thread the runtime's while it runs.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";

/** A runtime was started on a thread that is already running one. */
export class NestedRuntimeError extends Error {
  override readonly name = "NestedRuntimeError";
  constructor() {
    super(
      "a runtime already runs on this thread; await the future with `yield*`, or spawn it, instead of blocking on it",
    );
  }
}

/** For executors: runs `body`, in which `spawn`, `sleep` and the like find the runtime of `cx`. */
export function enter<R>(cx: Context, body: () => R): R {
  if (ambient.context !== null) throw new NestedRuntimeError();
  ambient.context = cx;
  try {
    return body();
  } finally {
    ambient.context = null;
  }
}
