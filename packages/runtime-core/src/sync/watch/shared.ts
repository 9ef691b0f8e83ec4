// What all senders and receivers of a watch channel share: the latest value and how often it changed.
import type { Closable } from "../channel-closed.ts";
import { wakeAll } from "../channel-waiting.ts";
import { WaitList } from "../wait-list.ts";

/** A value that can be replaced or changed in place: what Rust calls `&mut T`. */
export interface Watched<T> {
  value: T;
}

export class Shared<T> implements Closable {
  readonly watched: Watched<T>;
  /** Counts the changes; a receiver has seen the value when it has seen this number. */
  version = 0;
  senders = 1;
  receivers = 0;
  readonly closers: WaitList = new WaitList();
  readonly waiting: WaitList = new WaitList();

  constructor(value: T) {
    this.watched = { value };
  }

  /** Nobody receives. */
  get isClosed(): boolean {
    return this.receivers === 0;
  }

  changed(): void {
    this.version++;
    wakeAll(this.waiting);
  }

  dropSender(): void {
    this.senders--;
    if (this.senders === 0) wakeAll(this.waiting);
  }

  dropReceiver(): void {
    this.receivers--;
    if (this.receivers === 0) wakeAll(this.closers);
  }
}
