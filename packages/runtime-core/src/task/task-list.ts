// The live tasks of an executor, so that shutting it down reaches every one of them. Linked through the tasks themselves.
import type { Task } from "./task.ts";

/** Tasks in no particular order. Adding and removing one takes constant time and no memory. */
export class TaskList {
  private first: Task<unknown> | null = null;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Adds a task that is in no list. */
  add(task: Task<unknown>): void {
    const { first } = this;
    task.following = first;
    if (first !== null) first.previous = task;
    this.first = task;
    this.count++;
  }

  /** Removes a task that is in this list. */
  remove(task: Task<unknown>): void {
    const { previous, following } = task;
    if (previous === null) this.first = following;
    else previous.following = following;
    if (following !== null) following.previous = previous;
    task.previous = task.following = null;
    this.count--;
  }

  /** A task that is still in the list; null when it is empty. */
  any(): Task<unknown> | null {
    return this.first;
  }
}
