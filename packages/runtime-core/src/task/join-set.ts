// Tasks that are spawned together and joined in the order in which they finish.
import { ambient } from "../future/ambient.ts";
import { asyncFn } from "../future/coroutine.ts";
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { currentContext, Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { JoinError } from "./join-error.ts";
import type { AbortHandle, JoinHandle } from "./join-handle.ts";
import type { Runtime, SpawnOptions } from "./runtime.ts";

/** How a task of a set ended. `id` tells which one it was. */
export type JoinOutcome<T> =
  | { readonly id: number; readonly ok: true; readonly value: T }
  | { readonly id: number; readonly ok: false; readonly error: JoinError };

/**
 * Owns the tasks that it spawned: dropping the set aborts those that are left. Their results are taken one by one, in the order
 * in which the tasks finish, by one task at a time.
 */
export class JoinSet<T> {
  private readonly running = new MemberList<T>();
  private readonly finished = new MemberList<T>();
  /** The future that waits for the next task to finish, and its waker. */
  private joiner: Future<unknown> | null = null;
  private waker: Waker | null = null;

  /** Tasks that are in the set: spawned, and neither joined nor detached. */
  get size(): number {
    return this.running.size + this.finished.size;
  }

  /** Starts a task on the runtime that polls the caller. @throws AwaitOutsidePollError outside of a runtime */
  spawn(future: Future<T>, options?: SpawnOptions): AbortHandle {
    return this.spawnOn(currentContext().runtime, future, options);
  }

  /** Starts a task on a certain runtime, or in a `LocalSet`. */
  spawnOn(target: Pick<Runtime, "spawn">, future: Future<T>, options?: SpawnOptions): AbortHandle {
    const member = new Member(target.spawn(future, options), this);
    this.running.append(member);
    member.handle.wakeWhenFinished(member);
    return member.handle;
  }

  /** How the next task ends, or null at once when the set is empty. Dropping this future loses nothing. */
  joinNext(): Future<JoinOutcome<T> | null> {
    return new JoinNext(this);
  }

  /** How a task ended that has finished but was not joined; null when there is none. */
  tryJoinNext(): JoinOutcome<T> | null {
    const member = this.finished.shift();
    if (member === null) return null;
    const { handle } = member;
    const { id } = handle;
    try {
      return { id, ok: true, value: handle.take() };
    } catch (error) {
      if (!(error instanceof JoinError)) throw error;
      return { id, ok: false, error };
    }
  }

  /**
   * The values of all tasks, in the order in which they finish. When one fails, or this future is dropped, the others are
   * aborted.
   */
  joinAll(): Future<T[]> {
    return joinAll(this) as Future<T[]>;
  }

  /** Asks every task to stop. They stay in the set until they are joined. */
  abortAll(): void {
    for (const member of this.running.members()) member.handle.abort();
  }

  /** Lets go of every task: they go on without anyone to report to. */
  detachAll(): void {
    for (const list of [this.running, this.finished]) {
      for (let member = list.shift(); member !== null; member = list.shift()) member.handle.drop();
    }
    this.wakeJoiner();
  }

  /** Aborts every task and waits until all are gone. Their results, failures included, are thrown away. */
  shutdown(): Future<void> {
    return shutdown(this);
  }

  /** Aborts every task and lets go of it. */
  drop(): void {
    this.abortAll();
    this.detachAll();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }

  /** `joinNext` for hand-written futures; `joiner` is the future that waits, of which there can be one. */
  pollJoinNext(cx: Context, joiner: Future<unknown>): Poll<JoinOutcome<T> | null> {
    if (this.joiner !== null && this.joiner !== joiner) {
      throw new Error("another task waits for this JoinSet already; its tasks are joined in one place at a time");
    }
    if (this.size > 0 && this.finished.size === 0) {
      this.joiner = joiner;
      this.waker = cx.waker;
      return Pending;
    }
    this.leave(joiner);
    if (this.size === 0) return null;
    if (cx.exhausted()) return Pending;
    cx.budget--;
    return this.tryJoinNext();
  }

  /** The future does not wait any more. */
  leave(joiner: Future<unknown>): void {
    if (this.joiner === joiner) this.joiner = this.waker = null;
  }

  /** For the members. @internal */
  memberFinished(member: Member<T>): void {
    this.running.remove(member);
    this.finished.append(member);
    this.wakeJoiner();
  }

  private wakeJoiner(): void {
    const { waker } = this;
    this.waker = null;
    waker?.wake();
  }
}

/** A task in a set, and the waker that its task calls at its end. */
class Member<T> implements Waker {
  readonly handle: JoinHandle<T>;
  /** Neighbours in one of the set's lists; the list's business alone. */
  previous: Member<T> | null = null;
  following: Member<T> | null = null;
  private readonly set: JoinSet<T>;

  constructor(handle: JoinHandle<T>, set: JoinSet<T>) {
    this.handle = handle;
    this.set = set;
  }

  wake(): void {
    this.set.memberFinished(this);
  }
}

class MemberList<T> {
  size = 0;
  private head: Member<T> | null = null;
  private tail: Member<T> | null = null;

  append(member: Member<T>): void {
    member.previous = this.tail;
    if (this.tail === null) this.head = member;
    else this.tail.following = member;
    this.tail = member;
    this.size++;
  }

  remove(member: Member<T>): void {
    const { previous, following } = member;
    if (previous === null) this.head = following;
    else previous.following = following;
    if (following === null) this.tail = previous;
    else following.previous = previous;
    member.previous = member.following = null;
    this.size--;
  }

  shift(): Member<T> | null {
    const { head } = this;
    if (head !== null) this.remove(head);
    return head;
  }

  members(): Member<T>[] {
    const members: Member<T>[] = [];
    for (let member = this.head; member !== null; member = member.following) members.push(member);
    return members;
  }
}

class JoinNext<T> extends Future<JoinOutcome<T> | null> {
  /** Null once done. */
  private set: JoinSet<T> | null;

  constructor(set: JoinSet<T>) {
    super();
    this.set = set;
  }

  override poll(cx: Context): Poll<JoinOutcome<T> | null> {
    if (this.set === null) throw new PolledAfterCompletionError("joinNext");
    const outcome = this.set.pollJoinNext(cx, this);
    if (outcome !== Pending) this.set = null;
    return outcome;
  }

  override drop(): void {
    this.set?.leave(this);
    this.set = null;
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, JoinOutcome<T> | null> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

const joinAll = asyncFn(function* (set: JoinSet<unknown>) {
  const values: unknown[] = [];
  try {
    for (let outcome = yield* set.joinNext(); outcome !== null; outcome = yield* set.joinNext()) {
      if (!outcome.ok) throw outcome.error;
      values.push(outcome.value);
    }
  } finally {
    set.drop();
  }
  return values;
});

const shutdown = asyncFn(function* (set: Pick<JoinSet<unknown>, "abortAll" | "joinNext">) {
  set.abortAll();
  while ((yield* set.joinNext()) !== null);
});
