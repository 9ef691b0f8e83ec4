// Which task is running.
import { ambient } from "../future/ambient.ts";
import { Task } from "./task.ts";

/** The id of the task that polls the caller; null outside of tasks. */
export function tryCurrentTaskId(): number | null {
  const { context } = ambient;
  if (context === null) return null;
  // A task is its own waker.
  const waker = context.taskWaker ?? context.waker;
  return waker instanceof Task ? waker.id : null;
}

/** The id of the task that polls the caller. @throws Error outside of tasks, also in a `finally` block of a dropped one */
export function currentTaskId(): number {
  const id = tryCurrentTaskId();
  if (id === null) throw new Error("no task runs here; only what a task polls has a task id");
  return id;
}
