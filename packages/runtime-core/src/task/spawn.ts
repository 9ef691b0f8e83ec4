// Starting a task from within another.
import { currentContext, type Future } from "../future/future.ts";
import type { JoinHandle } from "./join-handle.ts";
import type { SpawnOptions } from "./runtime.ts";

/** Starts a task on the runtime that polls the caller. @throws AwaitOutsidePollError outside of a runtime */
export function spawn<T>(future: Future<T>, options?: SpawnOptions): JoinHandle<T> {
  return currentContext().runtime.spawn(future, options);
}
