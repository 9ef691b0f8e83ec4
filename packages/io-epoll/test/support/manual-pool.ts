// Blocking calls that a test lets happen one by one, on its own thread.
import * as fs from "node:fs";
import { type Context, Future, Pending, type Poll, type Waker } from "@pollab/runtime-core/future";
import type { BlockingCall, BlockingPool } from "@pollab/runtime-core/task";
import * as functions from "../../src/fs/pool-functions.ts";

class Call extends Future<unknown> {
  dropped = false;
  private outcome: { value?: unknown; error?: unknown } | null = null;
  private waker: Waker | null = null;
  private readonly pool: ManualPool;
  private readonly what: BlockingCall;

  constructor(pool: ManualPool, what: BlockingCall) {
    super();
    this.pool = pool;
    this.what = what;
  }

  override poll(cx: Context): Poll<unknown> {
    if (this.outcome !== null) {
      if ("error" in this.outcome) throw this.outcome.error;
      return this.outcome.value;
    }
    if (this.waker === null) this.pool.waiting.push(this);
    this.waker = cx.waker;
    return Pending;
  }

  override drop(): void {
    this.dropped = true;
  }

  /** The thread makes the call. */
  make(): void {
    const { args, exportName, moduleUrl } = this.what;
    const module = (moduleUrl === "node:fs" ? fs : functions) as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    try {
      this.outcome = { value: clone(module[exportName](...args)) };
    } catch (error) {
      const { message } = error as Error;
      // As it comes from another thread: of no class, with its plain properties.
      this.outcome = { error: Object.assign(new Error(message), { ...(error as object) }) };
    }
    this.waker?.wake();
  }
}

function clone(value: unknown): unknown {
  return value === undefined ? undefined : structuredClone(value);
}

export class ManualPool implements BlockingPool {
  /** Calls that were begun by the runtime and not yet made. */
  readonly waiting: Call[] = [];
  readonly isBusy = false;

  call(call: BlockingCall): Future<unknown> {
    return new Call(this, call);
  }

  /** Makes everything that waits: how many calls. */
  makeAll(): number {
    const calls = this.waiting.splice(0);
    for (const call of calls) call.make();
    return calls.length;
  }

  attach(): void {}

  collect(): void {}

  close(): boolean {
    return true;
  }
}
