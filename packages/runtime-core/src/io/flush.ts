// Waiting for what was written to arrive, and ending it.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncWrite } from "./async-write.ts";
import { Operation } from "./operation.ts";

class Flush extends Operation<void> {
  private readonly writer: AsyncWrite;

  constructor(writer: AsyncWrite) {
    super();
    this.writer = writer;
  }

  override poll(cx: Context): Poll<void> {
    this.enter("flush");
    return this.writer.pollFlush(cx) === Pending ? this.wait() : undefined;
  }

  protected override release(): void {
    this.writer.forgetWriter?.();
  }
}

class Shutdown extends Operation<void> {
  private readonly writer: AsyncWrite;

  constructor(writer: AsyncWrite) {
    super();
    this.writer = writer;
  }

  override poll(cx: Context): Poll<void> {
    this.enter("shutdown");
    return this.writer.pollShutdown(cx) === Pending ? this.wait() : undefined;
  }

  protected override release(): void {
    this.writer.forgetWriter?.();
  }
}

/**
 * Waits until everything that was written has reached its destination.
 *
 * Cancel safe: dropped while it waits, another flush goes on where it stopped.
 */
export function flush(writer: AsyncWrite): Future<void> {
  return new Flush(writer);
}

/**
 * Flushes, and says that no more will come.
 *
 * Dropped while it waits, it may have begun: another shutdown goes on where it stopped, and writing is an error.
 */
export function shutdown(writer: AsyncWrite): Future<void> {
  return new Shutdown(writer);
}
