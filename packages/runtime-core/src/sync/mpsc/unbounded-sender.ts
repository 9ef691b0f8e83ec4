// The sending ends of an unbounded channel.
import { SendError } from "../channel-errors.ts";
import type { Chan } from "./chan.ts";
import { SenderHandle } from "./sender-handle.ts";

/** Sends into an unbounded channel: never waits, so nothing but memory holds back a producer that is faster than the receiver. */
export class UnboundedSender<T> extends SenderHandle<T> {
  /** Sends, at once. @throws SendError when the receiver closed the channel or was dropped; it carries the message */
  send(message: T): void {
    const chan = this.live();
    if (chan.isSealed) throw new SendError(message);
    chan.free--;
    chan.push(message);
  }

  /** Another sender for the same channel. */
  clone(): UnboundedSender<T> {
    const chan = this.live();
    chan.senders++;
    return new UnboundedSender(chan);
  }

  /** A sender that does not keep the channel open. This one stays as it is. */
  downgrade(): WeakUnboundedSender<T> {
    return new WeakUnboundedSender(this.live());
  }
}

/** Reaches an unbounded channel without keeping it open. */
export class WeakUnboundedSender<T> {
  private readonly chan: Chan<T>;

  /** For the channel. @internal */
  constructor(chan: Chan<T>) {
    this.chan = chan;
  }

  /** A sender, as long as there is another one; null once they are all gone. */
  upgrade(): UnboundedSender<T> | null {
    const { chan } = this;
    if (!chan.hasSenders) return null;
    chan.senders++;
    return new UnboundedSender(chan);
  }
}
