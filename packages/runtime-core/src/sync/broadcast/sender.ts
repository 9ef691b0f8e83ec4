// The sending ends of a broadcast channel.
import type { Future } from "../../future/future.ts";
import { Closed } from "../channel-closed.ts";
import { SendError, SenderDroppedError } from "../channel-errors.ts";
import { Receiver } from "./receiver.ts";
import type { Shared } from "./shared.ts";

/** Sends each message to every receiver. Never waits: a receiver that is too slow loses the oldest. Drop it when done with it. */
export class Sender<T> {
  /** Null once dropped. */
  private shared: Shared<T> | null;

  /** For the channel, which has counted this sender. @internal */
  constructor(shared: Shared<T>) {
    this.shared = shared;
  }

  /**
   * Sends to all who receive now. All get the same object, not copies.
   *
   * @returns how many receivers there are, each of which may still be dropped before it takes the message
   * @throws SendError when there is none; it carries the message. `subscribe` makes one, also then
   */
  send(message: T): number {
    const shared = this.live();
    const { receivers } = shared;
    if (receivers === 0) throw new SendError(message);
    shared.push(message);
    return receivers;
  }

  /** A receiver of the messages that are sent from now on. */
  subscribe(): Receiver<T> {
    return new Receiver(this.live());
  }

  /** There is no receiver: sending would fail. */
  get isClosed(): boolean {
    return this.live().isClosed;
  }

  /** Waits until there is no receiver. One that is gone only for a moment may be missed. */
  closed(): Future<void> {
    return new Closed(this.live());
  }

  /** How many messages are kept because a receiver has yet to get them; at most the channel's capacity. */
  get len(): number {
    return this.live().length;
  }

  /** Every receiver has got every message that was not overwritten. */
  get isEmpty(): boolean {
    return this.live().length === 0;
  }

  /** How many receivers were not dropped yet. */
  get receiverCount(): number {
    return this.live().receivers;
  }

  /** How many senders were not dropped yet. */
  get strongCount(): number {
    return this.live().senders;
  }

  /** Whether both send into the same channel. */
  sameChannel(other: Sender<T>): boolean {
    return this.live() === other.live();
  }

  /** Another sender for the same channel. */
  clone(): Sender<T> {
    const shared = this.live();
    shared.senders++;
    return new Sender(shared);
  }

  /** A sender that does not keep the channel open. This one stays as it is. */
  downgrade(): WeakSender<T> {
    return new WeakSender(this.live());
  }

  /** Gives this sender up. After the last one, receivers get what is kept for them, then the end. Idempotent. */
  drop(): void {
    const { shared } = this;
    this.shared = null;
    shared?.dropSender();
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }

  private live(): Shared<T> {
    if (this.shared === null) throw new SenderDroppedError();
    return this.shared;
  }
}

/** Reaches a broadcast channel without keeping it open. */
export class WeakSender<T> {
  private readonly shared: Shared<T>;

  /** For the channel. @internal */
  constructor(shared: Shared<T>) {
    this.shared = shared;
  }

  /** A sender, as long as there is another one; null once they are all gone. */
  upgrade(): Sender<T> | null {
    const { shared } = this;
    if (shared.senders === 0) return null;
    shared.senders++;
    return new Sender(shared);
  }
}
