// Cancelling as the host has it, an `AbortSignal`, and as futures have it, being dropped.
import type { Context, Waker } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { dropAll } from "../combinators/drop-all.ts";
import { fromPromise } from "./from-promise.ts";
import { type AbortSignalLike, type HostAbortSignal, newAbortController } from "./host.ts";

class Aborted extends Future<unknown> {
  private readonly signal: AbortSignalLike;
  private waker: Waker | null = null;
  private done = false;

  constructor(signal: AbortSignalLike) {
    super();
    this.signal = signal;
  }

  override poll(cx: Context): Poll<unknown> {
    if (this.done) throw new PolledAfterCompletionError("wait for an AbortSignal");
    if (this.signal.aborted) {
      this.drop();
      return this.signal.reason;
    }
    if (this.waker === null) this.signal.addEventListener("abort", this.onAbort);
    this.waker = cx.waker;
    return Pending;
  }

  private readonly onAbort = (): void => {
    this.waker?.wake();
  };

  override drop(): void {
    this.done = true;
    if (this.waker !== null) this.signal.removeEventListener("abort", this.onAbort);
    this.waker = null;
  }
}

/** Waits until `signal` is aborted; the value is its reason. */
export function aborted(signal: AbortSignalLike): Future<unknown> {
  return new Aborted(signal);
}

class UntilAborted<T> extends Future<T> {
  private readonly abortion: Future<unknown>;
  private readonly future: Future<T>;
  private done = false;

  constructor(signal: AbortSignalLike, future: Future<T>) {
    super();
    this.abortion = new Aborted(signal);
    this.future = future;
  }

  override poll(cx: Context): Poll<T> {
    if (this.done) throw new PolledAfterCompletionError("future with an AbortSignal");
    const reason = this.abortion.poll(cx);
    if (reason !== Pending) {
      this.done = true;
      this.future.drop();
      throw reason;
    }
    let result: Poll<T>;
    try {
      result = this.future.poll(cx);
    } catch (error) {
      this.finish();
      throw error;
    }
    if (result !== Pending) this.finish();
    return result;
  }

  private finish(): void {
    this.done = true;
    this.abortion.drop();
  }

  override drop(): void {
    if (this.done) return;
    this.done = true;
    dropAll([this.abortion, this.future]);
  }
}

/** `future`, dropped when `signal` is aborted; awaiting it then throws the signal's reason, as the host's functions do. */
export function untilAborted<T>(signal: AbortSignalLike, future: Future<T>): Future<T> {
  return new UntilAborted(signal, future);
}

class WithAbortSignal<T> extends Future<T> {
  /** Null from the first poll on. */
  private start: ((signal: HostAbortSignal) => Future<T>) | null;
  /** Both null unless it is under way. */
  private future: Future<T> | null = null;
  private abort: (() => void) | null = null;

  constructor(start: (signal: HostAbortSignal) => Future<T>) {
    super();
    this.start = start;
  }

  override poll(cx: Context): Poll<T> {
    const { start } = this;
    if (start !== null) {
      this.start = null;
      const controller = newAbortController();
      this.future = start(controller.signal);
      this.abort = () => controller.abort();
    }
    const { future, abort } = this;
    if (future === null) throw new PolledAfterCompletionError("future with an AbortSignal");
    this.future = this.abort = null;
    const result = future.poll(cx);
    if (result === Pending) {
      this.future = future;
      this.abort = abort;
    }
    return result;
  }

  override drop(): void {
    const { future, abort } = this;
    this.start = this.future = this.abort = null;
    if (future === null || abort === null) return;
    // The signal first: who listens to it still finds everything in place.
    dropAll([{ drop: abort }, future]);
  }
}

/**
 * The future that `start` returns, with an `AbortSignal` for what it asks of the host: dropping the future before its end aborts
 * the signal. `start` is called at the first poll. A `CancellationToken` reaches the host the same way, as it cancels by dropping:
 * `token.runUntilCancelled(withAbortSignal((signal) => …))`.
 */
export function withAbortSignal<T>(start: (signal: HostAbortSignal) => Future<T>): Future<T> {
  return new WithAbortSignal(start);
}

/**
 * The value of the promise that `start` returns, which is called at the first poll; dropping the future before its end aborts the
 * signal: `fromAbortable((signal) => fetch(url, { signal }))`.
 */
export function fromAbortable<T>(start: (signal: HostAbortSignal) => PromiseLike<T>): Future<T> {
  return withAbortSignal((signal) => fromPromise(start(signal)));
}
