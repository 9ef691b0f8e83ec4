// Connecting two streams with each other, as a proxy does.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import { Operation } from "./operation.ts";
import { TransferLoop } from "./transfer.ts";

/** How many bytes went each way. */
export interface CopiedBothWays {
  readonly fromFirst: number;
  readonly fromSecond: number;
}

/** Copies until the source ends, then passes the end on. */
class Direction {
  private readonly loop: TransferLoop;
  private readonly writer: AsyncWrite;
  private copied: Poll<number> = Pending;
  private done = false;

  constructor(reader: AsyncRead, writer: AsyncWrite) {
    this.loop = new TransferLoop(reader, writer);
    this.writer = writer;
  }

  poll(cx: Context): Poll<number> {
    if (this.done) return this.copied;
    if (this.copied === Pending) this.copied = this.loop.poll(cx);
    if (this.copied === Pending || this.writer.pollShutdown(cx) === Pending) return Pending;
    this.done = true;
    return this.copied;
  }

  release(): void {
    this.loop.release();
  }
}

class CopyBidirectional extends Operation<CopiedBothWays> {
  private readonly first: Direction;
  private readonly second: Direction;
  private firstLeads = false;

  constructor(first: Direction, second: Direction) {
    super();
    this.first = first;
    this.second = second;
  }

  override poll(cx: Context): Poll<CopiedBothWays> {
    this.enter("copyBidirectional");
    // In turns: the direction that is polled first can use up the budget of the other.
    this.firstLeads = !this.firstLeads;
    let fromFirst: Poll<number> = Pending;
    let fromSecond: Poll<number>;
    try {
      if (this.firstLeads) fromFirst = this.first.poll(cx);
      fromSecond = this.second.poll(cx);
      if (!this.firstLeads) fromFirst = this.first.poll(cx);
    } catch (error) {
      this.release();
      throw error;
    }
    if (fromFirst === Pending || fromSecond === Pending) return this.wait();
    return { fromFirst, fromSecond };
  }

  protected override release(): void {
    this.first.release();
    this.second.release();
  }
}

/**
 * Copies what comes from each of two streams to the other until both have ended. The end of one is passed on by shutting down the
 * other's writing side, while the opposite direction goes on.
 *
 * Not cancel safe: dropped while it waits, or failed in one direction, up to a buffer of what it has read each way may not have
 * been written.
 *
 * @throws WriteZeroError when a destination takes no more
 */
export function copyBidirectional(
  first: AsyncRead & AsyncWrite,
  second: AsyncRead & AsyncWrite,
): Future<CopiedBothWays> {
  return new CopyBidirectional(new Direction(first, second), new Direction(second, first));
}
