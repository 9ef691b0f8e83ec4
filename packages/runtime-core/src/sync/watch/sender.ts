// The sending ends of a watch channel.
import type { Future } from "../../future/future.ts";
import { Closed } from "../channel-closed.ts";
import { SendError, SenderDroppedError } from "../channel-errors.ts";
import { Receiver } from "./receiver.ts";
import type { Shared, Watched } from "./shared.ts";

/** Replaces the value that the receivers watch. Never waits. Drop it when done with it. */
export class Sender<T> {
  /** Null once dropped. */
  private shared: Shared<T> | null;

  /** For the channel, which has counted this sender. @internal */
  constructor(shared: Shared<T>) {
    this.shared = shared;
  }

  /**
   * Replaces the value and wakes everyone who waits for a change.
   *
   * @throws SendError when there is no receiver; it carries the value, and the old one stays. The other ways to send work also then
   */
  send(value: T): void {
    const shared = this.live();
    if (shared.isClosed) throw new SendError(value);
    shared.watched.value = value;
    shared.changed();
  }

  /** Replaces the value, also when there is no receiver. @returns the one before */
  sendReplace(value: T): T {
    const shared = this.live();
    const before = shared.watched.value;
    shared.watched.value = value;
    shared.changed();
    return before;
  }

  /**
   * Lets `modify` change the value: `sender.sendModify((watched) => { watched.value += 1; })`. Works also when there is no receiver.
   * When `modify` throws, what it changed until then stays, and nobody is told.
   */
  sendModify(modify: (watched: Watched<T>) => void): void {
    const shared = this.live();
    modify(shared.watched);
    shared.changed();
  }

  /** As `sendModify`, but tells the receivers only when `modify` returns true. @returns what `modify` returned */
  sendIfModified(modify: (watched: Watched<T>) => boolean): boolean {
    const shared = this.live();
    const isModified = modify(shared.watched);
    if (isModified) shared.changed();
    return isModified;
  }

  /** The value. */
  borrow(): T {
    return this.live().watched.value;
  }

  /** A receiver for which the value of now counts as seen. */
  subscribe(): Receiver<T> {
    const shared = this.live();
    return new Receiver(shared, shared.version);
  }

  /** There is no receiver. `subscribe` makes one, also then. */
  get isClosed(): boolean {
    return this.live().isClosed;
  }

  /** Waits until there is no receiver. One that is gone only for a moment may be missed. */
  closed(): Future<void> {
    return new Closed(this.live());
  }

  /** How many receivers were not dropped yet. */
  get receiverCount(): number {
    return this.live().receivers;
  }

  /** How many senders were not dropped yet. */
  get senderCount(): number {
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

  /** Gives this sender up. After the last one, receivers see the last value, then the end. Idempotent. */
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
