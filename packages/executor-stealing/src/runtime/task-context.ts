// What a sendable task is polled with.
import { COOPERATIVE_BUDGET, Pending } from "@pollab/runtime-core/future";
import { type CancellationToken, makeToken } from "../handles/cancellation-token.ts";
import { makeChannel, type Receiver, type Sender } from "../handles/channel.ts";
import { makeOneshot, type OneshotReceiver, type OneshotSender } from "../handles/oneshot.ts";
import { makeSemaphore, type Semaphore } from "../handles/semaphore.ts";
import { makeBuffer, type SharedBuffer } from "../handles/shared-buffer.ts";
import type { TaskHandle } from "../handles/task-handle.ts";
import type { Field } from "../layout/field.ts";
import type { ArgsOf, ResultOf, SendTask, TaskLayout } from "../layout/send-task.ts";
import type { Member } from "./member.ts";
import type { Cloneable } from "./pinned-call.ts";

/** A member that runs tasks. */
export interface Spawner extends Member {
  spawn<L extends TaskLayout>(task: SendTask<L>, args: ArgsOf<L>): TaskHandle<ResultOf<L>>;
  /** Puts the handles where a set of tasks is, instead of making objects for them. */
  spawnInto<L extends TaskLayout>(
    place: number,
    capacity: number,
    task: SendTask<L>,
    count: number,
    argsOf: (position: number) => ArgsOf<L>,
  ): void;
  spawnPinned<R>(module: string | URL, exportName: string, args: readonly unknown[], worker: number): TaskHandle<R>;
}

/**
 * The surroundings of one poll of a sendable task. There is one object for each worker, which stands for another task after the poll:
 * it is not to be kept.
 *
 * What is made with it belongs to the poll: what is not stored in a field of the task or passed on by its end is given up.
 */
export class TaskContext {
  /** Operations that this poll may still complete before it has to let others run. */
  budget: number = COOPERATIVE_BUDGET;
  /** The record of the task. @internal */
  index = 0;
  /** Of the record. @internal */
  generation = 0;
  /** The task wants to be polled again, behind the others. @internal */
  yields = false;
  /** Where it waits for its turn, as far as it asked in this poll. @internal */
  waitedAt = 0;
  /** Polls that ended because the budget was used up. @internal */
  budgetYields = 0;
  private readonly member: Spawner;

  /** @internal */
  constructor(member: Spawner) {
    this.member = member;
  }

  /** Which worker polls the task now. It may be another one next time. */
  get worker(): number {
    return this.member.slot;
  }

  /** Lets other tasks run: what the poll function then returns. The task is polled again when its turn comes. */
  yieldNow(): typeof Pending {
    this.yields = true;
    return Pending;
  }

  /** Whether the task has used up its turn: then it is going to be polled again, behind the others, and returns `Pending` now. */
  exhausted(): boolean {
    if (this.budget > 0) return false;
    this.budgetYields++;
    this.yields = true;
    return true;
  }

  /** Starts a task. It may be polled by any worker, and stolen whenever it waits. @throws TooManyTasksError, UnknownTaskError */
  spawn<L extends TaskLayout>(task: SendTask<L>, args: ArgsOf<L>): TaskHandle<ResultOf<L>> {
    return this.member.spawn(task, args);
  }

  /** For sets of tasks. @internal */
  spawnInto<L extends TaskLayout>(
    place: number,
    capacity: number,
    task: SendTask<L>,
    count: number,
    argsOf: (position: number) => ArgsOf<L>,
  ): void {
    this.member.spawnInto(place, capacity, task, count, argsOf);
  }

  /** Starts a coroutine, see `StealingRuntime.spawnPinned`. @throws TooManyTasksError */
  spawnPinned<R>(
    module: string | URL,
    exportName: string,
    args: readonly Cloneable[],
    { worker = -1 }: { readonly worker?: number } = {},
  ): TaskHandle<R> {
    return this.member.spawnPinned(module, exportName, args, worker);
  }

  /** A bounded channel: its two ends. @throws RangeError, HeapFullError */
  channel<T>(message: Field<T>, capacity: number): [Sender<T>, Receiver<T>] {
    return makeChannel(this.member, message, capacity);
  }

  /** A channel for one value: its two ends. @throws HeapFullError */
  oneshot<T>(value: Field<T>): [OneshotSender<T>, OneshotReceiver<T>] {
    return makeOneshot(this.member, value);
  }

  /** A semaphore. @throws RangeError, HeapFullError */
  semaphore(permits: number): Semaphore {
    return makeSemaphore(this.member, permits);
  }

  /** A cancellation token. @throws HeapFullError */
  token(): CancellationToken {
    return makeToken(this.member);
  }

  /** Shared bytes, all 0. @throws RangeError, HeapFullError */
  buffer(byteLength: number): SharedBuffer {
    return makeBuffer(this.member, byteLength);
  }

  /** The task asks for its turn somewhere: it leaves the place where it asked before. @internal */
  waitsAt(at: number): void {
    this.waitedAt = at;
    const on = this.member.waitLists.waitsOn(this.index);
    if (on !== 0 && on !== at) this.member.forgo(on, this.index);
  }

  /** Another poll begins. @internal */
  begin(index: number, generation: number): void {
    this.index = index;
    this.generation = generation;
    this.budget = COOPERATIVE_BUDGET;
    this.yields = false;
    this.waitedAt = 0;
  }
}
