// One direction of a connection: one user at a time, and after one was dropped in flight, the next waits until the kernel is done with
// it, so that two receives never compete for the same bytes.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Waker } from "@pollab/runtime-core/future";
import type { Descriptor } from "../descriptor.ts";
import type { Heir, Operation } from "../operation.ts";

/** What a lane is for, as errors call it. */
export type Direction = "read" | "write";

/** Two reads, or two writes, of one connection at the same time. */
export class ConcurrentOperationError extends Error {
  override readonly name = "ConcurrentOperationError";
  constructor(what: Direction) {
    super(`this connection already has a ${what} in flight; wait for it, or drop it, before the next one`);
  }
}

/** One direction of a connection. */
export class Lane implements Heir {
  /** The future or stream that is using it. */
  user: object | null = null;
  /** A dropped operation is still the kernel's. */
  ending = false;
  /** Of the user that waits for that to change. */
  waker: Waker | null = null;

  /**
   * Makes `user` the one that uses the lane. Returns false while a dropped operation is the kernel's: then `waker` is called.
   *
   * @throws SystemError ECANCELED when the descriptor is closed; ConcurrentOperationError
   */
  enter(user: object, { closed }: Descriptor, what: Direction, waker: Waker): boolean {
    if (closed) throw systemError(ERRNO.ECANCELED, what);
    if (this.user !== null && this.user !== user) throw new ConcurrentOperationError(what);
    this.user = user;
    if (!this.ending) return true;
    this.waker = waker;
    return false;
  }

  /** The user has finished, or was dropped. */
  exit(user: object): void {
    if (this.user !== user) return;
    this.user = null;
    this.waker = null;
  }

  inherit(_operation: Operation): void {
    this.ended();
  }

  /** The kernel is done with a dropped operation. */
  ended(): void {
    this.ending = false;
    const { waker } = this;
    this.waker = null;
    if (waker !== null) waker.wake();
  }
}
