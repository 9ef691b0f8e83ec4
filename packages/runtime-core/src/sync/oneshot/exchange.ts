// What the two ends of a oneshot channel share: at most one value, and how far it got.
//
//     Open --send--> Sent                           the value lies here until the receiver takes it or is dropped
//       +--drop the sender--> Unsent                it will never come
//       +--close, drop the receiver--> Refused      it may no longer be sent
import type { Waker } from "../../future/context.ts";
import type { Closable } from "../channel-closed.ts";
import { wakeAll } from "../channel-waiting.ts";
import { WaitList } from "../wait-list.ts";

export const Open = 0;
export const Sent = 1;
export const Unsent = 2;
export const Refused = 3;
type State = typeof Open | typeof Sent | typeof Unsent | typeof Refused;

export class Exchange<T> implements Closable {
  state: State = Open;
  value: T | undefined = undefined;
  receiverWaker: Waker | null = null;
  /** Made when the first one waits: few senders do. */
  private lazyClosers: WaitList | null = null;

  /** Nothing can be sent any more. */
  get isClosed(): boolean {
    return this.state !== Open;
  }

  get closers(): WaitList {
    this.lazyClosers ??= new WaitList();
    return this.lazyClosers;
  }

  /** Leaves `Open`, and tells both sides. */
  settle(state: State): void {
    this.state = state;
    const waker = this.receiverWaker;
    this.receiverWaker = null;
    if (waker !== null) waker.wake();
    if (this.lazyClosers !== null) wakeAll(this.lazyClosers);
  }

  /** Only once, in `Sent`. */
  takeValue(): T {
    // Set when it was sent.
    const value = this.value as T;
    this.value = undefined;
    return value;
  }
}
