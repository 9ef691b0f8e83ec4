// The future of one operation, as far as all of them are alike. A class whose `poll` is hot overrides it together with `next`.
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { ENDED, type Operation } from "./operation.ts";
import type { Operations } from "./operations.ts";

export abstract class OperationFuture<T> extends Future<T> {
  protected readonly operations: Operations;
  /** From the submission until the result is taken. */
  protected operation: Operation | null = null;
  /** It was polled, or dropped. */
  protected begun = false;
  readonly #what: string;

  constructor(operations: Operations, what: string) {
    super();
    this.operations = operations;
    this.#what = what;
  }

  /**
   * Prepares an operation and passes it to `enqueue`, or does without one. Called at the first poll, and by `complete` to try again.
   */
  protected abstract submit(cx: Context): Poll<T>;

  /** Takes the result of an operation that has ended, and says what it means. */
  protected abstract complete(cx: Context, operation: Operation): Poll<T>;

  override poll(cx: Context): Poll<T> {
    const { operation } = this;
    if (operation === null) return this.begin(cx);
    if (operation.state !== ENDED) {
      operation.waker = cx.waker;
      return Pending;
    }
    this.operation = null;
    return this.complete(cx, operation);
  }

  override drop(): void {
    this.begun = true;
    const { operation } = this;
    if (operation === null) return;
    this.operation = null;
    this.operations.drop(operation);
  }

  protected begin(cx: Context): Poll<T> {
    if (this.begun) throw new PolledAfterCompletionError(this.#what);
    this.begun = true;
    return this.submit(cx);
  }

  protected enqueue(operation: Operation, cx: Context): Pending {
    this.operation = operation;
    this.operations.enqueue(operation, cx.waker);
    return Pending;
  }
}
