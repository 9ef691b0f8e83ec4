// What a descriptor was found ready for, and the way to say that it is so no more.
import { ERROR, PRIORITY, READ_CLOSED, READABLE, WRITABLE, WRITE_CLOSED } from "./readiness.ts";
import type { Registration } from "./registration.ts";

/** The descriptor would have made the caller wait. */
export const WouldBlock: unique symbol = Symbol("pollab.WouldBlock");
export type WouldBlock = typeof WouldBlock;

/** Readiness as it was found. A closed direction stays ready for good. */
export class ReadyGuard {
  private readonly registration: Registration;
  private readonly ready: number;
  /** Events that had come by then. */
  private readonly tick: number;

  /** For `AsyncFd`. @internal */
  constructor(registration: Registration, ready: number) {
    this.registration = registration;
    this.ready = ready;
    this.tick = registration.tick;
  }

  get isReadable(): boolean {
    return (this.ready & (READABLE | READ_CLOSED)) !== 0;
  }

  get isWritable(): boolean {
    return (this.ready & (WRITABLE | WRITE_CLOSED)) !== 0;
  }

  /** There is an end to read. */
  get isReadClosed(): boolean {
    return (this.ready & READ_CLOSED) !== 0;
  }

  /** Nobody will read what is written. */
  get isWriteClosed(): boolean {
    return (this.ready & WRITE_CLOSED) !== 0;
  }

  get isPriority(): boolean {
    return (this.ready & PRIORITY) !== 0;
  }

  /**
   * A system call has said EAGAIN: the next wait is for another event. Does nothing when one has come since this readiness was found,
   * because it may be about what the call did not see.
   */
  clearReady(): void {
    if (this.registration.tick !== this.tick) return;
    this.registration.ready &= ~(this.ready & (READABLE | WRITABLE | PRIORITY)) & ~ERROR;
  }

  /**
   * The result of `attempt`, or `WouldBlock` if it throws an error whose `code` is EAGAIN, which clears the readiness. Other errors are
   * passed on.
   */
  tryIo<T>(attempt: () => T): T | WouldBlock {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      this.clearReady();
      return WouldBlock;
    }
  }
}
