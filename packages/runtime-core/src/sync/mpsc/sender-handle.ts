// What the senders of bounded and unbounded channels have in common: each counts until it is dropped.
import type { Future } from "../../future/future.ts";
import { Closed } from "../channel-closed.ts";
import { SenderDroppedError } from "../channel-errors.ts";
import type { Chan } from "./chan.ts";

/**
 * A sender. JavaScript does not say when an object is gone, so a sender has to be dropped by its owner (`using` does it at the
 * end of the block): the receiver sees the end once all of them are.
 */
export abstract class SenderHandle<T> {
  /** Null once dropped. */
  private chan: Chan<T> | null;

  /** For the channel, which has counted this sender. @internal */
  constructor(chan: Chan<T>) {
    this.chan = chan;
  }

  /** @throws SenderDroppedError when this sender was dropped @internal */
  protected live(): Chan<T> {
    if (this.chan === null) throw new SenderDroppedError();
    return this.chan;
  }

  /** The receiver closed the channel or was dropped: sending would fail. */
  get isClosed(): boolean {
    return this.live().isClosed;
  }

  /** Waits until the channel is closed by its receiver. It keeps no sender alive. */
  closed(): Future<void> {
    return new Closed(this.live());
  }

  /** How many senders were not dropped yet. */
  get strongCount(): number {
    return this.live().senders;
  }

  /** Whether both send into the same channel. */
  sameChannel(other: SenderHandle<T>): boolean {
    return this.live() === other.live();
  }

  /** Gives this sender up. After the last one the receiver gets what was sent, then the end. Idempotent. */
  drop(): void {
    const { chan } = this;
    if (chan === null) return;
    this.chan = null;
    chan.senders--;
    chan.settle();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}
