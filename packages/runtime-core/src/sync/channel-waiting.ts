// How the futures of the channels wait for something that concerns all who wait (a message for everyone, the end): each has a
// place in a list, all are woken, and each then looks for itself.
import type { Waker } from "../future/context.ts";
import { ReceiverBusyError } from "./channel-errors.ts";
import { Waiter, type WaitList } from "./wait-list.ts";

/** Keeps a future in line: with the place it has, when it was not woken since, or else with a new one. */
export function waitIn(list: WaitList, place: Waiter | null, waker: Waker): Waiter {
  if (place !== null && place.isWaiting) {
    place.waker = waker;
    return place;
  }
  const waiter = new Waiter(waker, 0);
  list.append(waiter);
  return waiter;
}

/** Wakes everyone in the order of arrival. Those who come back meanwhile wait for the next time. */
export function wakeAll(list: WaitList): void {
  const first = list.shift();
  if (first === null) return;
  if (list.isEmpty) {
    first.wake();
    return;
  }
  const others = list.drain();
  first.wake();
  for (const waiter of others) waiter.wake();
}

/**
 * The one place in a list that a receiver has: what `&mut self` says in Rust, since one future that took the message which another
 * was woken for would leave that one waiting.
 */
export class Seat {
  private readonly list: WaitList;
  private place: Waiter | null = null;
  /** The future that waits; null when nobody does, or the receiver is polled directly. */
  private owner: object | null = null;

  constructor(list: WaitList) {
    this.list = list;
  }

  /** @throws ReceiverBusyError when another future waits here */
  take(owner: object | null, waker: Waker): void {
    if (this.owner !== null && this.owner !== owner && this.place?.isWaiting === true) throw new ReceiverBusyError();
    this.owner = owner;
    this.place = waitIn(this.list, this.place, waker);
  }

  /** For a future that has ended or was dropped: does nothing unless it is the one that waits. */
  leave(owner: object): void {
    if (this.owner === owner) this.vacate();
  }

  /** For a receiver that is dropped: whoever waits for it is woken to see the end. */
  close(): void {
    const waker = this.place?.waker ?? null;
    this.vacate();
    waker?.wake();
  }

  private vacate(): void {
    if (this.place !== null) this.list.remove(this.place);
    this.place = null;
    this.owner = null;
  }
}
