// What all handles of things in shared memory have in common but those of tasks: they are a share of their own, or a look at one that
// is in a field of a task.
import { StaleHandleError } from "../runtime/errors.ts";
import type { Member, Share } from "../runtime/member.ts";

/** A handle of one thread. */
export abstract class OwnedHandle implements Share {
  /** Where the thing is. @internal */
  readonly at: number;
  protected readonly member: Member;
  private isOwner: boolean;
  /** Futures that wait for the thing by this handle: it is not given up under them. */
  private waits = 0;
  private released = false;

  /** @internal @param isOwner whether it is a share of its own */
  constructor(member: Member, at: number, isOwner: boolean) {
    this.member = member;
    this.at = at;
    this.isOwner = isOwner;
  }

  /** Whether it is a handle of that thread, in that runtime. @internal */
  belongsTo(member: Member): boolean {
    return this.member === member;
  }

  /** Gives up the share. */
  protected abstract drop(): void;

  /** Gives this handle up. Futures that still wait by it go on. @throws StaleHandleError for a look at a field, or a second time */
  close(): void {
    if (!this.isOwner || this.released) {
      throw new StaleHandleError("handle, which is a look at a field or an argument, and has no share of its own,");
    }
    this.release();
  }

  /** For `using`: the same as `close()`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** Gives the share up, if it has one. @internal */
  release(): void {
    if (!this.isOwner || this.released) return;
    this.released = true;
    if (this.waits === 0) this.drop();
  }

  /** A future waits by this handle. @returns what says that it does no more @internal */
  readonly hold = (): (() => void) => {
    this.waits++;
    return () => {
      if (--this.waits === 0 && this.released) this.drop();
    };
  };
}
