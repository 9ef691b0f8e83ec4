// Calls on the blocking threads: their errors as SystemErrors, and what becomes of one when nobody waits for it any more.
import { SystemError, systemError } from "@pollab/io-sys";
import { mapErr } from "@pollab/runtime-core/combinators";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { type AnyFunction, blockingFn, type Runtime } from "@pollab/runtime-core/task";

type Asynchronous<F extends AnyFunction> = (...args: Parameters<F>) => Future<Awaited<ReturnType<F>>>;

/** As `blockingFn`, with the errors of node:fs as SystemErrors. Dropped, a call that has not begun is not made. */
export function onThread<F extends AnyFunction>(moduleUrl: string, exportName: string): Asynchronous<F> {
  const call = blockingFn<F>(moduleUrl, exportName);
  return (...args) => mapErr(call(...args), asSystemError);
}

/** Errors lose their class on their way between threads. */
function asSystemError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SystemError) return error;
  const { dest, errno, path, syscall } = error as NodeJS.ErrnoException & { readonly dest?: string };
  if (errno === undefined || syscall === undefined) return error;
  return systemError(errno, syscall, {
    ...(path === undefined ? {} : { path }),
    ...(dest === undefined ? {} : { dest }),
  });
}

/**
 * A call that is seen to its end. Dropped while it is under way, it is left to a task of the runtime, which calls `abandoned` with
 * its result, or with nothing if it failed. If the runtime ends before, nobody calls it.
 */
export class SeenToEnd<T> extends Future<T> {
  /** Null once it has ended or been left to a task. */
  private call: Future<T> | null;
  private readonly abandoned: (result?: T) => void;
  /** Whose threads the call was given to. */
  private runtime: Runtime | null = null;

  constructor(call: Future<T>, abandoned: (result?: T) => void) {
    super();
    this.call = call;
    this.abandoned = abandoned;
  }

  override poll(cx: Context): Poll<T> {
    if (this.call === null) throw new PolledAfterCompletionError("file operation");
    this.runtime = cx.runtime;
    try {
      const result = this.call.poll(cx);
      if (result !== Pending) this.call = null;
      return result;
    } catch (error) {
      this.call = null;
      throw error;
    }
  }

  override drop(): void {
    const { call, runtime } = this;
    this.call = null;
    if (call !== null) runtime?.spawn(new Abandoned(call, this.abandoned));
  }
}

class Abandoned<T> extends Future<void> {
  private readonly call: Future<T>;
  private readonly ended: (result?: T) => void;

  constructor(call: Future<T>, ended: (result?: T) => void) {
    super();
    this.call = call;
    this.ended = ended;
  }

  override poll(cx: Context): Poll<void> {
    let result: Poll<T>;
    try {
      result = this.call.poll(cx);
    } catch {
      // Nobody waits for the failure.
      this.ended();
      return undefined;
    }
    if (result === Pending) return Pending;
    this.ended(result);
    return undefined;
  }
}
