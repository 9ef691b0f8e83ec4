// The place in a sendable task where it keeps the handles of many tasks that it spawned, to join them all. There are no objects for the
// handles, and the tasks become visible to other workers in batches: one atomic operation for many.
import { Pending, type Poll } from "@pollab/runtime-core/future";
import type { Field } from "../layout/field.ts";
import type { ArgsOf, SendTask, TaskLayout } from "../layout/send-task.ts";
import { StaleHandleError } from "../runtime/errors.ts";
import type { Member } from "../runtime/member.ts";
import type { TaskContext } from "../runtime/task-context.ts";
import { Again, Stale, Waiting } from "../memory/task-state.ts";

/** The layouts of tasks that return `R`. */
export type LayoutReturning<R> = [R] extends [void]
  ? TaskLayout & { readonly result?: Field<R> }
  : TaskLayout & { readonly result: Field<R> };

// Words: how many handles there are, and then, for each, the number of a record and its generation.
const HANDLES = 1;
const HANDLE_WORDS = 2;

// A handle is taken out after it has been used up: of a thread that dies in between it is still there, and using it up again does
// nothing.

/** Detaches the tasks in a place. */
export function dropTasks(member: Member, place: number): void {
  const { words } = member;
  for (let size = words[place]; size > 0; size = words[place]) {
    const at = place + HANDLES + HANDLE_WORDS * (size - 1);
    member.detach(words[at], words[at + 1]);
    words[place] = size - 1;
  }
}

/** What a field of the kind `tasks` is. Valid during the poll only. */
export class TaskSet<R> {
  private readonly member: Member;
  private readonly place: number;
  private readonly capacity: number;

  /** @internal */
  constructor(member: Member, place: number, capacity: number) {
    this.member = member;
    this.place = place;
    this.capacity = capacity;
  }

  /** How many tasks are in it: those that were spawned, and whose results were not taken. */
  get size(): number {
    return this.member.words[this.place];
  }

  /**
   * Starts `count` tasks with the arguments that `argsOf` gives for 0, 1, and so on. Other workers see them a few dozen at a time. When
   * it throws, those before are in the set.
   *
   * @throws RangeError when there is no room for so many; UnsendableError, UnknownTaskError, TooManyTasksError
   */
  spawnMany<L extends LayoutReturning<R>>(
    cx: TaskContext,
    task: SendTask<L>,
    count: number,
    argsOf: (position: number) => ArgsOf<L>,
  ): void {
    const { capacity, size } = this;
    if (!Number.isInteger(count) || count < 0 || size + count > capacity) {
      throw new RangeError(
        `spawnMany: expected from 0 to ${capacity - size} tasks, of the ${capacity} that the field has room for, got ${count}`,
      );
    }
    cx.spawnInto(this.place, capacity, task, count, argsOf);
  }

  /**
   * Takes the results of all tasks, the latest first; `Pending` when there are none to take yet, and then the task that is being polled is
   * woken when it is worth asking again. The set is empty in the end.
   *
   * @throws JoinError when the task whose turn it is failed or was cancelled: it is out of the set then, and the next call goes on
   */
  pollAll(cx: TaskContext, take: (result: R) => void): Poll<void> {
    const { member, place } = this;
    const { words } = member;
    for (let size = words[place]; size > 0; size = words[place]) {
      const at = place + HANDLES + HANDLE_WORDS * (size - 1);
      const index = words[at];
      const generation = words[at + 1];
      const watch = member.watch(index, generation, cx.index, cx.generation);
      if (watch === Again) return cx.yieldNow();
      if (watch === Waiting) return Pending;
      let result: R;
      try {
        if (watch === Stale) throw new StaleHandleError("join handle");
        // What the type of its tasks says.
        result = member.takeResult(index, generation, undefined) as R;
      } finally {
        words[place] = size - 1;
      }
      take(result);
    }
    return undefined;
  }

  /** Asks for the end of all tasks: they are dropped instead of being polled again. They stay in the set until they are joined. */
  abort(): void {
    const { member, place, size } = this;
    const { words } = member;
    for (let i = 0; i < size; i++) {
      const at = place + HANDLES + HANDLE_WORDS * i;
      member.abort(words[at], words[at + 1]);
    }
  }
}
