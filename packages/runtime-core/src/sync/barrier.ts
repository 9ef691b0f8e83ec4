// The barrier: nobody goes on before everybody has arrived.
import { ambient } from "../future/ambient.ts";
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Future, noContext, SUSPENDED, type Suspension } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { Waiter, WaitList } from "./wait-list.ts";

/** What waiting at a barrier returns. */
export interface BarrierWaitResult {
  /** True for exactly one of those who went on together: the last to arrive. */
  readonly isLeader: boolean;
}

const LEADER: BarrierWaitResult = Object.freeze({ isLeader: true });
const FOLLOWER: BarrierWaitResult = Object.freeze({ isLeader: false });

class State {
  readonly parties: number;
  /** Everyone here has arrived; the one that would make it `parties` lets them all go on instead. */
  readonly waiters: WaitList = new WaitList();
  arrived = 0;

  constructor(parties: number) {
    this.parties = parties;
  }
}

class BarrierWait extends Future<BarrierWaitResult> {
  private readonly state: State;
  private waiter: Waiter | null = null;
  private done = false;

  constructor(state: State) {
    super();
    this.state = state;
  }

  override poll(cx: Context): Poll<BarrierWaitResult> {
    if (this.done) throw new PolledAfterCompletionError("wait at a barrier");
    if (cx.exhausted()) return Pending;
    const { state, waiter } = this;
    if (waiter !== null) {
      if (waiter.isWaiting) {
        waiter.waker = cx.waker;
        return Pending;
      }
      this.waiter = null;
      return this.finish(cx, FOLLOWER);
    }
    if (state.arrived + 1 < state.parties) {
      state.arrived++;
      this.waiter = new Waiter(cx.waker, 0);
      state.waiters.append(this.waiter);
      return Pending;
    }
    state.arrived = 0;
    for (const follower of state.waiters.drain()) follower.wake();
    return this.finish(cx, LEADER);
  }

  private finish(cx: Context, result: BarrierWaitResult): BarrierWaitResult {
    this.done = true;
    cx.budget--;
    return result;
  }

  /** One that has not been let through has not arrived, after all. */
  override drop(): void {
    const { state, waiter } = this;
    this.done = true;
    this.waiter = null;
    if (waiter === null) return;
    if (waiter.isWaiting) state.arrived--;
    state.waiters.remove(waiter);
  }

  // The body of Future.next, with a call site of its own: see Future.next.
  override next(): IteratorResult<Suspension, BarrierWaitResult> {
    const result = this.poll(ambient.context ?? noContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
  }
}

/** Lets tasks go on in groups of a fixed size. It can be used again at once: those who come next form the next group. */
export class Barrier {
  private readonly state: State;

  /**
   * @param parties how many go on together; 0 does what 1 does, and holds nobody up
   * @throws RangeError unless it is an integer of at least 0
   */
  constructor(parties: number) {
    if (!Number.isSafeInteger(parties) || parties < 0) {
      throw new RangeError(`Barrier expects a number of tasks, an integer of at least 0, but was given ${parties}`);
    }
    this.state = new State(parties);
  }

  /**
   * Waits for the rest of the group; arrives when it is first polled. Dropping the future before the group is complete takes
   * the arrival back, where tokio's would still be counted: here dropping is cheap and common, so the group must not end up short.
   */
  wait(): Future<BarrierWaitResult> {
    return new BarrierWait(this.state);
  }
}
