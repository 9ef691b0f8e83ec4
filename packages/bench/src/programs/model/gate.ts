// What the tasks of the cancellation workload wait for: an event of their own, which counts what is done to it.
import { type Context, Future, Pending, type Poll, type Waker } from "@pollab/runtime-core/future";

export interface Tally {
  polls: number;
  drops: number;
  completed: number;
}

/** Closed until it is opened. Dropped while it waits, it counts that. */
export class Gate extends Future<void> {
  private readonly tally: Tally;
  private waker: Waker | null = null;
  private isOpen = false;
  private isDone = false;

  constructor(tally: Tally) {
    super();
    this.tally = tally;
  }

  open(): void {
    this.isOpen = true;
    this.waker?.wake();
  }

  override poll(cx: Context): Poll<void> {
    this.tally.polls++;
    if (this.isOpen) {
      this.isDone = true;
      return undefined;
    }
    this.waker = cx.waker;
    return Pending;
  }

  override drop(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.waker = null;
    this.tally.drops++;
  }
}
