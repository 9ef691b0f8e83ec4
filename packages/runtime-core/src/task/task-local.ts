// Values that belong to a task, or to a part of one, instead of being handed down as arguments.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";

/** A task-local was read outside of its scopes. */
export class TaskLocalUnsetError extends Error {
  override readonly name = "TaskLocalUnsetError";
  constructor() {
    super("this task-local has no value here; set one with scope(value, future), also around what is spawned");
  }
}

/**
 * A key under which the futures of a scope find a value, whatever lies between. Tasks that are spawned within a scope are
 * outside of it: they run when the scope may be over.
 */
export class TaskLocal<T> {
  /** Of the innermost scope that is being polled or dropped. */
  private current: { readonly value: T } | null = null;

  /** `future`, for whose polls and whose drop this has the value `value`. A scope within a scope hides the outer one. */
  scope<R>(value: T, future: Future<R>): Future<R> {
    return new Scope(this, value, future);
  }

  /** Calls `body`, during which this has the value `value`. */
  syncScope<R>(value: T, body: () => R): R {
    const outer = this.current;
    this.current = { value };
    try {
      return body();
    } finally {
      this.current = outer;
    }
  }

  /** The value of the innermost scope. @throws TaskLocalUnsetError outside of every scope */
  get(): T {
    if (this.current === null) throw new TaskLocalUnsetError();
    return this.current.value;
  }

  /** The value of the innermost scope; undefined outside of every scope. */
  tryGet(): T | undefined {
    return this.current?.value;
  }
}

class Scope<T, R> extends Future<R> {
  private readonly local: TaskLocal<T>;
  private readonly value: T;
  /** Null once done. */
  private future: Future<R> | null;

  constructor(local: TaskLocal<T>, value: T, future: Future<R>) {
    super();
    this.local = local;
    this.value = value;
    this.future = future;
  }

  override poll(cx: Context): Poll<R> {
    const { future } = this;
    if (future === null) throw new PolledAfterCompletionError("scope");
    this.future = null;
    const result = this.local.syncScope(this.value, () => future.poll(cx));
    if (result === Pending) this.future = future;
    return result;
  }

  override drop(): void {
    const { future } = this;
    if (future === null) return;
    this.future = null;
    this.local.syncScope(this.value, () => future.drop());
  }
}
