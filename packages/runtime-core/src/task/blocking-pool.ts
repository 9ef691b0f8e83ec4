// Calls that block, on threads of their own. A function cannot leave the thread that made it, so a call names it: the module
// that exports it, and the export. Arguments and results are copied, as `structuredClone` does.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { currentContext, Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { UnparkHandle } from "./driver.ts";
import type { JoinHandle } from "./join-handle.ts";

/** A call to be made on another thread. */
export interface BlockingCall {
  /** Absolute URL of the module, such as `import.meta.resolve("./hash.js")` gives. */
  readonly moduleUrl: string;
  readonly exportName: string;
  readonly args: readonly unknown[];
}

/** Threads that make blocking calls for one runtime. */
export interface BlockingPool {
  /** True while calls are under way; only then the owner has to call `collect`. */
  readonly isBusy: boolean;
  /**
   * The future of a call's result. The call is queued when the future is first polled. Dropping the future takes a call that no
   * thread has begun out of the queue; one that has begun goes on, and its result is thrown away.
   */
  call(call: BlockingCall): Future<unknown>;
  /**
   * For the runtime, once: how the pool's threads end its thread's park. Without one the runtime is nested in the host's event
   * loop, and the pool hands out results from there.
   */
  attach(unpark: UnparkHandle | null): void;
  /** Wakes whom the results that have arrived are for. Called between polls on the runtime's thread; never waits. */
  collect(): void;
  /**
   * Takes no more calls and waits for those that have begun, at most `timeoutMs`; then their threads are stopped. Calls that
   * are left fail. Idempotent.
   *
   * @returns whether every call came to its end
   */
  close(timeoutMs: number): boolean;
}

/** A call on the pool of whichever runtime polls it first. */
class Blocking extends Future<unknown> {
  /** Null once the pool has it. */
  private call: BlockingCall | null;
  /** Null before the first poll and once done. */
  private result: Future<unknown> | null = null;

  constructor(call: BlockingCall) {
    super();
    this.call = call;
  }

  override poll(cx: Context): Poll<unknown> {
    if (this.call !== null) {
      const pool = cx.runtime.blocking;
      if (pool === undefined)
        throw new Error("this runtime has no threads for blocking calls; give it a blocking pool");
      this.result = pool.call(this.call);
      this.call = null;
    }
    if (this.result === null) throw new PolledAfterCompletionError("blocking call");
    const value = this.result.poll(cx);
    if (value !== Pending) this.result = null;
    return value;
  }

  override drop(): void {
    const { result } = this;
    this.call = this.result = null;
    result?.drop();
  }
}

/** A function of any arguments; its type alone is used. */
export type AnyFunction = (...args: never) => unknown;

/**
 * The function that `moduleUrl` exports as `exportName`, as an asynchronous one that runs on the blocking threads of the runtime
 * it is awaited in: `const hash = blockingFn<typeof import("./hash.js").hash>(import.meta.resolve("./hash.js"), "hash")`. A
 * promise that it returns is awaited there.
 */
export function blockingFn<F extends AnyFunction>(
  moduleUrl: string,
  exportName: string,
): (...args: Parameters<F>) => Future<Awaited<ReturnType<F>>> {
  // The type is the caller's word on what the module exports.
  return (...args) =>
    new Blocking({ moduleUrl, exportName, args }) as Future<unknown> as Future<Awaited<ReturnType<F>>>;
}

/**
 * Starts a call of the function that `moduleUrl` exports as `exportName` on the blocking threads of the runtime that polls the
 * caller. Aborting the task has an effect as long as no thread has begun the call.
 *
 * @throws AwaitOutsidePollError outside of a runtime
 */
export function spawnBlocking<F extends AnyFunction>(
  moduleUrl: string,
  exportName: string,
  ...args: Parameters<F>
): JoinHandle<Awaited<ReturnType<F>>> {
  return currentContext().runtime.spawn(blockingFn<F>(moduleUrl, exportName)(...args));
}
