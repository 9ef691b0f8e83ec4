// The join handle of a task that any thread may run.
import { Pending, type Poll } from "@pollab/runtime-core/future";
import type { Member, Share } from "../runtime/member.ts";
import { AlreadyJoinedError, StaleHandleError } from "../runtime/errors.ts";
import type { TaskContext } from "../runtime/task-context.ts";
import { Again, Complete, generationOf, Ready, Stale, type Watch } from "../memory/task-state.ts";
import { SharedWait } from "./shared-wait.ts";

/**
 * The one who has it takes the task's result, once. There is one at a time: who stores it in the state of a task, or passes it to a new
 * one, has handed it on. A task that is spawned in a poll, and whose handle is not stored in a field by its end, is detached.
 */
export class TaskHandle<R> implements Share {
  /** The number of the task's record. Another task has it when this one is over. */
  readonly index: number;
  readonly generation: number;
  private readonly member: Member;
  private isOwner: boolean;
  /** A future waits by this handle. */
  private isJoined = false;
  private isHandedOn = false;

  /** @internal @param isOwner whether the task is detached when this object is released */
  constructor(member: Member, index: number, generation: number, isOwner: boolean) {
    this.member = member;
    this.index = index;
    this.generation = generation;
    this.isOwner = isOwner;
  }

  /**
   * For sendable tasks: the result, or `Pending`; then the task that is being polled is woken when there is one.
   *
   * @throws JoinError when the task failed or was cancelled
   * @throws StaleHandleError when the result was taken before, or the handle dropped
   */
  poll(cx: TaskContext): Poll<R> {
    const watch = this.member.watch(this.index, this.generation, cx.index, cx.generation);
    if (watch === Again) return cx.yieldNow();
    return this.taken(watch);
  }

  /**
   * The result if there is one, otherwise `Pending`; nobody is woken then.
   *
   * @throws as `poll`; StaleHandleError, too, when the handle was handed on
   */
  tryJoin(): Poll<R> {
    return this.attempt(0, 0);
  }

  /**
   * The same as `poll` for coroutines, and, by `.promise()`, for the main thread. Dropping it leaves the task and this handle alone.
   *
   * @throws (the future) as `tryJoin`; AlreadyJoinedError while another one waits
   */
  join(): SharedWait<R> {
    const attempt = (waiter: number, generation: number): Poll<R> => this.attempt(waiter, generation);
    return new SharedWait(this.member, attempt, () => this.hold());
  }

  /** A second joiner would take the place of the first, who would never be woken. */
  private hold(): () => void {
    this.assertUnjoined();
    this.isJoined = true;
    return () => {
      this.isJoined = false;
    };
  }

  /** For `await` on the main thread while it is free: `join().promise()`. */
  result(): Promise<R> {
    return this.join().promise();
  }

  private attempt(waiter: number, generation: number): Poll<R> {
    if (this.isHandedOn) throw new StaleHandleError("join handle");
    const { member } = this;
    for (;;) {
      const watch =
        waiter === 0
          ? member.states.peek(this.index, this.generation)
          : member.watch(this.index, this.generation, waiter, generation);
      // For some nanoseconds, unless the thread that completes the task is interrupted just then.
      if (watch === Again && waiter !== 0) Atomics.pause();
      else return watch === Again ? Pending : this.taken(watch);
    }
  }

  private taken(watch: Watch): Poll<R> {
    if (watch === Ready) {
      this.isOwner = false;
      // The result of a task is what its type says; that of a pinned one what its caller says.
      return this.member.takeResult(this.index, this.generation, undefined) as R;
    }
    if (watch === Stale) throw new StaleHandleError("join handle");
    return Pending;
  }

  /** Whether the task has returned, failed or been cancelled. True, too, when its result was taken. */
  get isFinished(): boolean {
    const state = this.member.states.load(this.index);
    return generationOf(state) !== this.generation || (state & Complete) !== 0;
  }

  /**
   * Asks for the end of the task: it is dropped instead of being polled again, and joining it then throws a `JoinError`. Does
   * nothing to a task that has finished.
   */
  abort(): void {
    this.member.abort(this.index, this.generation);
  }

  /** Detaches the task: it goes on, and nobody wants its result. */
  drop(): void {
    this.isOwner = false;
    this.member.detach(this.index, this.generation);
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }

  /** It cannot be handed on while somebody waits by it. @throws AlreadyJoinedError @internal */
  assertUnjoined(): void {
    if (this.isJoined) throw new AlreadyJoinedError();
  }

  /** A field has the handle now. @internal */
  keep(): void {
    if (!this.isOwner) return;
    this.isOwner = false;
    this.isHandedOn = true;
    this.member.keep(this.index);
  }

  /** Whether it is a handle of that thread, in that runtime. @internal */
  belongsTo(member: Member): boolean {
    return this.member === member;
  }

  /** @internal */
  release(): void {
    if (this.isOwner) this.drop();
  }
}
