// A thread that has a part in a runtime and runs none of its tasks: the supervisor, and the main thread.
import { TaskHandle } from "../handles/task-handle.ts";
import type { ArgsOf, ResultOf, SendTask, TaskLayout } from "../layout/send-task.ts";
import { Member } from "./member.ts";
import { encodeCall } from "./pinned-call.ts";

/** Leaves all tasks to the workers. */
export class Outsider extends Member {
  /** See `StealingRuntime.spawn`. */
  spawn<L extends TaskLayout>(task: SendTask<L>, args: ArgsOf<L>): TaskHandle<ResultOf<L>> {
    // A task type is looked up by its name: what its poll function takes does not matter here.
    this.create(task as unknown as SendTask, args);
    return new TaskHandle(this, this.lastIndex, this.lastGeneration, true);
  }

  /** See `StealingRuntime.spawnPinned`. */
  spawnPinned<R>(module: string | URL, exportName: string, args: readonly unknown[], worker: number): TaskHandle<R> {
    this.createPinned(encodeCall(this, module, exportName, args), worker);
    return new TaskHandle(this, this.lastIndex, this.lastGeneration, true);
  }

  /** Keeps nothing for itself. */
  settle(): void {
    this.slab.flush();
  }

  protected override scheduleNew(index: number): void {
    this.injectTask(index);
  }

  protected override scheduleWoken(index: number): void {
    this.injectTask(index);
  }

  protected override deliverHere(index: number, generation: number): void {
    this.receive(index, generation);
  }

  protected override receiveNew(): void {
    // News of a wait that is over: only workers are sent tasks.
  }
}
