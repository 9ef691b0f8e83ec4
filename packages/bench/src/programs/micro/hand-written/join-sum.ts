// The state machine that spawns tasks and adds up what they return, for the workloads that do nothing else at the end.
import { type Context, Future, Pending, type Poll } from "@pollab/runtime-core/future";
import type { JoinHandle } from "@pollab/runtime-core/task";

export class JoinSum extends Future<number> {
  private readonly tasks: number;
  private readonly task: (index: number) => Future<number>;
  private readonly handles: JoinHandle<number>[] = [];
  private joined = 0;
  private sum = 0;

  /** @param task makes the future of each task, from its index */
  constructor(tasks: number, task: (index: number) => Future<number>) {
    super();
    this.tasks = tasks;
    this.task = task;
  }

  override poll(cx: Context): Poll<number> {
    const { handles } = this;
    while (handles.length < this.tasks) handles.push(cx.runtime.spawn(this.task(handles.length)));
    for (; this.joined < this.tasks; this.joined++) {
      const value = handles[this.joined].poll(cx);
      if (value === Pending) return Pending;
      this.sum += value;
    }
    return this.sum;
  }
}
