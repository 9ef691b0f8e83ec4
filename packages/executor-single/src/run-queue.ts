// Tasks that are woken, in the order in which they were woken: a ring that doubles when it is full.
import type { Task } from "@pollab/runtime-core/task";

export class RunQueue {
  private ring: (Task<unknown> | undefined)[] = new Array<Task<unknown> | undefined>(64).fill(undefined);
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(task: Task<unknown>): void {
    if (this.count === this.ring.length) this.grow();
    this.ring[(this.head + this.count) & (this.ring.length - 1)] = task;
    this.count++;
  }

  shift(): Task<unknown> | undefined {
    if (this.count === 0) return undefined;
    const { head, ring } = this;
    const task = ring[head];
    ring[head] = undefined;
    this.head = (head + 1) & (ring.length - 1);
    this.count--;
    return task;
  }

  private grow(): void {
    const { head, ring } = this;
    const doubled = [...ring.slice(head), ...ring.slice(0, head)];
    for (let free = ring.length; free > 0; free--) doubled.push(undefined);
    this.ring = doubled;
    this.head = 0;
  }
}
