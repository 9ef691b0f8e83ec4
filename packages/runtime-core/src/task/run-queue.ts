// Tasks that are woken, in the order in which they were woken. Linked through the tasks themselves: a task is in one queue at
// most, and a burst of spawns then neither grows an array nor writes young tasks into an old one.
//
// The last task links back to the first, so that the queue itself, an old object in most cases, holds a single task: to write
// another one into it is the costly part of a push, which the garbage collector has to know of.
import type { Task } from "./task.ts";

/** A first-in, first-out queue of scheduled tasks. */
export class RunQueue {
  private last: Task<unknown> | null = null;
  private count = 0;

  /** How many tasks are queued. */
  get length(): number {
    return this.count;
  }

  /** The task must not be in a queue. */
  push(task: Task<unknown>): void {
    const { last } = this;
    if (last === null) {
      task.successor = task;
    } else {
      task.successor = last.successor;
      last.successor = task;
    }
    this.last = task;
    this.count++;
  }

  /** Takes the task that has waited longest; null when there is none. */
  shift(): Task<unknown> | null {
    const { last } = this;
    if (last === null) return null;
    const first = last.successor as Task<unknown>;
    if (first === last) this.last = null;
    else last.successor = first.successor;
    // A finished task that an old generation of the heap still holds must not keep the tasks behind it.
    first.successor = null;
    this.count--;
    return first;
  }
}
