// Slots that are reserved: sending with one neither waits nor fails.
import { PermitUsedError } from "../channel-errors.ts";
import type { Chan } from "./chan.ts";

/** Room for one message. Send with it or drop it: as long as it is held, the slot is lost to others and the channel stays open. */
export class Permit<T> {
  private chan: Chan<T> | null;

  /** For the channel, which has reserved the slot. @internal */
  constructor(chan: Chan<T>) {
    this.chan = chan;
  }

  /**
   * Sends, at once. The receiver gets the message even when it has closed the channel since; when it was dropped, nobody does.
   *
   * @throws PermitUsedError when the permit was used or dropped before
   */
  send(message: T): void {
    const { chan } = this;
    if (chan === null) throw new PermitUsedError();
    this.chan = null;
    chan.pushReserved(message);
  }

  /** Gives the slot back. Idempotent, also after sending. */
  drop(): void {
    const { chan } = this;
    this.chan = null;
    chan?.release(1);
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}

/**
 * Several permits, handed out one by one: `for (const permit of permits) permit.send(…)`. Leaving the loop early gives those
 * back that were not handed out, as dropping does.
 */
export class Permits<T> implements IterableIterator<Permit<T>, undefined> {
  private readonly chan: Chan<T>;
  private left: number;

  /** For the channel, which has reserved the slots. @internal */
  constructor(chan: Chan<T>, count: number) {
    this.chan = chan;
    this.left = count;
  }

  /** How many are still to be handed out. */
  get len(): number {
    return this.left;
  }

  /** For loops: this is its own iterator. */
  [Symbol.iterator](): this {
    return this;
  }

  /** Hands out a permit, which is then to be used or dropped on its own. */
  next(): IteratorResult<Permit<T>, undefined> {
    if (this.left === 0) return { done: true, value: undefined };
    this.left--;
    return { done: false, value: new Permit(this.chan) };
  }

  /** For loops that are left early. */
  return(): IteratorReturnResult<undefined> {
    this.drop();
    return { done: true, value: undefined };
  }

  /** Gives back what was not handed out. Idempotent. */
  drop(): void {
    const { left } = this;
    this.left = 0;
    if (left > 0) this.chan.release(left);
  }

  /** For `using`: the same as `drop()`. */
  [Symbol.dispose](): void {
    this.drop();
  }
}
