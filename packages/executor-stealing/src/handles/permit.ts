// The place in a sendable task where it keeps permits of a semaphore: they are given back when the task ends, however it does.
import { Pending, type Poll } from "@pollab/runtime-core/future";
import type { Member } from "../runtime/member.ts";
import type { TaskContext } from "../runtime/task-context.ts";
import { Acquired, Closed } from "../memory/semaphore.ts";
import { checkPermits, type Semaphore, SemaphoreClosedError } from "./semaphore.ts";

/** Two words: where the semaphore is, or 0, and how many permits there are. */
const COUNT = 1;

/** Gives back the permits in a place. */
export function dropPermit(member: Member, place: number): void {
  const at = member.words[place];
  if (at === 0) return;
  member.words[place] = 0;
  member.semaphores.release(at, member.words[place + COUNT]);
  member.disown(at);
}

/** What a field of the kind `permit` is. Valid during the poll only. */
export class Permit {
  private readonly member: Member;
  private readonly place: number;

  /** @internal */
  constructor(member: Member, place: number) {
    this.member = member;
    this.place = place;
  }

  /** Whether it holds permits. */
  get isHeld(): boolean {
    return this.member.words[this.place] !== 0;
  }

  /**
   * Waits for `count` permits and keeps them: `Pending` until it is the task's turn, then it is woken. A task waits for its turn at
   * one thing at a time, and keeps its place by asking again at each poll.
   *
   * @throws SemaphoreClosedError, RangeError
   * @throws Error when it holds permits already
   */
  acquire(cx: TaskContext, semaphore: Semaphore, count: number = 1): Poll<void> {
    checkPermits(count);
    const { member, place } = this;
    const { words } = member;
    if (words[place] !== 0) throw new Error("this field holds permits already; release them before you acquire others");
    if (cx.exhausted()) return Pending;
    const { at } = semaphore;
    cx.waitsAt(at);
    const result = member.semaphores.acquire(at, count, cx.index, cx.generation);
    if (result === Closed) throw new SemaphoreClosedError();
    if (result !== Acquired) return Pending;
    cx.budget--;
    member.retain(at);
    words[place] = at;
    words[place + COUNT] = count;
    return undefined;
  }

  /** Gives them back. Does nothing when it holds none. */
  release(): void {
    dropPermit(this.member, this.place);
  }
}
