// Tasks that are woken, in the order in which they were woken. Linked through the tasks themselves: a task is in one queue at
// most, and a burst of spawns then neither grows an array nor writes young tasks into an old one.
import type { Task } from "./task.ts";

/** A first-in, first-out queue of scheduled tasks. */
export class RunQueue {
  private head: Task<unknown> | null = null;
  private tail: Task<unknown> | null = null;
  private count = 0;

  /** How many tasks are queued. */
  get length(): number {
    return this.count;
  }

  /** The task must not be in a queue. */
  push(task: Task<unknown>): void {
    if (this.tail === null) this.head = task;
    else this.tail.successor = task;
    this.tail = task;
    this.count++;
  }

  /** Takes the task that has waited longest; null when there is none. */
  shift(): Task<unknown> | null {
    const task = this.head;
    if (task === null) return null;
    const { successor } = task;
    // A finished task that an old generation of the heap still holds must not keep the tasks behind it.
    task.successor = null;
    this.head = successor;
    if (successor === null) this.tail = null;
    this.count--;
    return task;
  }
}
