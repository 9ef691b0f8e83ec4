// Asking tasks to stop, and letting them say when: a token is cancelled once, and every task that was given it notices.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { CancellationNode } from "./cancellation-tree.ts";
import type { Waiter } from "./wait-list.ts";

class Cancelled extends Future<void> {
  private readonly node: CancellationNode;
  private waiter: Waiter | null = null;
  private done = false;

  constructor(node: CancellationNode) {
    super();
    this.node = node;
  }

  // Takes nothing from the budget: a task that has used its turn up has to notice all the same that it is to stop.
  override poll(cx: Context): Poll<void> {
    if (this.done) throw new PolledAfterCompletionError("wait for a cancellation");
    const { node, waiter } = this;
    if (waiter === null) {
      if (!node.isCancelled) {
        this.waiter = node.watch(cx.waker);
        return Pending;
      }
    } else if (waiter.isWaiting) {
      waiter.waker = cx.waker;
      return Pending;
    }
    this.waiter = null;
    this.done = true;
    return undefined;
  }

  override drop(): void {
    const { waiter } = this;
    this.done = true;
    this.waiter = null;
    if (waiter !== null) this.node.unwatch(waiter);
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, void> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

class RunUntilCancelled<T> extends Future<T | null> {
  private readonly future: Future<T>;
  private readonly cancelled: Cancelled;
  private started = false;
  private done = false;

  constructor(future: Future<T>, cancelled: Cancelled) {
    super();
    this.future = future;
    this.cancelled = cancelled;
  }

  override poll(cx: Context): Poll<T | null> {
    if (this.done) throw new PolledAfterCompletionError("runUntilCancelled");
    if (!this.started) {
      this.started = true;
      if (this.cancelled.poll(cx) !== Pending) return this.stop();
    }
    let result: Poll<T>;
    try {
      result = this.future.poll(cx);
    } catch (error) {
      this.done = true;
      this.cancelled.drop();
      throw error;
    }
    if (result !== Pending) {
      this.done = true;
      this.cancelled.drop();
      return result;
    }
    return this.cancelled.poll(cx) === Pending ? Pending : this.stop();
  }

  private stop(): null {
    this.done = true;
    this.future.drop();
    return null;
  }

  override drop(): void {
    if (this.done) return;
    this.done = true;
    this.cancelled.drop();
    this.future.drop();
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, T | null> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/** Cancels a token when it is dropped, for which `using` is the natural form: whatever way a block is left, its tasks stop. */
export class DropGuard {
  /** Null once dropped or disarmed. */
  private token: CancellationToken | null;

  /** For `CancellationToken.dropGuard`. */
  constructor(token: CancellationToken) {
    this.token = token;
  }

  /** Gives the token back; dropping the guard does nothing any more. Null when it has been dropped or disarmed before. */
  disarm(): CancellationToken | null {
    const { token } = this;
    this.token = null;
    return token;
  }

  /** Cancels the token, unless the guard was disarmed. Idempotent. */
  drop(): void {
    this.disarm()?.cancel();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}

/**
 * A request to stop, which tasks notice where they choose to. It is given once and never taken back. A child is cancelled with
 * its parent, but not the reverse; one that is no longer used needs no clean-up, however long its parent lives.
 */
export class CancellationToken {
  private readonly node: CancellationNode;

  /** @param parent a token with which the new one is cancelled, too; none unless given */
  constructor(parent?: CancellationToken) {
    this.node = new CancellationNode(parent === undefined ? null : parent.node);
  }

  /** A token that is cancelled when this one is, or alone. */
  childToken(): CancellationToken {
    return new CancellationToken(this);
  }

  get isCancelled(): boolean {
    return this.node.isCancelled;
  }

  /** Cancels this token and all below it, and wakes whoever waits for that. Idempotent. */
  cancel(): void {
    this.node.cancel();
  }

  /** Waits for the cancellation; ready at once when it has happened. */
  cancelled(): Future<void> {
    return new Cancelled(this.node);
  }

  /** A guard that cancels this token when it is dropped. */
  dropGuard(): DropGuard {
    return new DropGuard(this);
  }

  /**
   * The value of `future`, or null when the token is cancelled first: `future` is then dropped. On a token that is cancelled
   * already it is not polled at all; one that becomes ready together with the cancellation has made it.
   */
  runUntilCancelled<T>(future: Future<T>): Future<T | null> {
    return new RunUntilCancelled(future, new Cancelled(this.node));
  }
}
