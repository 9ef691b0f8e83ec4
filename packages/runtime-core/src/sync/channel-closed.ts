// Waiting until nobody receives any more, so that a producer can stop.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { waitIn } from "./channel-waiting.ts";
import type { Waiter, WaitList } from "./wait-list.ts";

/** A channel, as the one sees it that waits for its end. */
export interface Closable {
  /** Nobody receives any more. */
  readonly isClosed: boolean;
  /** Who waits for that. All are woken when it comes true, and again if it came true again after a new receiver. */
  readonly closers: WaitList;
}

export class Closed extends Future<void> {
  private channel: Closable | null;
  private waiter: Waiter | null = null;

  constructor(channel: Closable) {
    super();
    this.channel = channel;
  }

  override poll(cx: Context): Poll<void> {
    const { channel } = this;
    if (channel === null) throw new PolledAfterCompletionError("wait for a channel to close");
    if (cx.exhausted()) return Pending;
    if (!channel.isClosed) {
      this.waiter = waitIn(channel.closers, this.waiter, cx.waker);
      return Pending;
    }
    cx.budget--;
    this.drop();
    return undefined;
  }

  override drop(): void {
    const { channel, waiter } = this;
    this.channel = null;
    this.waiter = null;
    if (waiter !== null) channel?.closers.remove(waiter);
  }
}
