// What the ring can do besides sockets and files: chains, times, waiting for events, cancels.
import type { Future } from "@pollab/runtime-core/future";
import type { BufferSource } from "@pollab/runtime-core/io";
import type { Stream } from "@pollab/runtime-core/stream";
import { CANCEL_ALL, CANCEL_ANY, CANCEL_FD } from "./abi.ts";
import { CancelMatching } from "./cancel-matching.ts";
import { Chain, HARD_LINK, LINK, type Outcomes } from "./linked/link.ts";
import type { Step } from "./linked/step.ts";
import { PollMany } from "./multishot/poll-many.ts";
import type { RingBuffer } from "./operation.ts";
import type { Operations } from "./operations.ts";
import { PollOnce } from "./poll-once.ts";
import { delayStep, UringTimeout } from "./timeout.ts";

/** Requests of the ring itself; `UringDriver.requests` is one. */
export class UringRequests {
  readonly #operations: Operations;
  readonly #arguments: BufferSource<RingBuffer>;

  /** @internal */
  constructor(operations: Operations, argumentBuffers: BufferSource<RingBuffer>) {
    this.#operations = operations;
    this.#arguments = argumentBuffers;
  }

  /**
   * Does the steps one after the other, with one submission. After the first that fails, or transfers less than it was asked for, the
   * others fail with ECANCELED.
   *
   * @throws RangeError when there are none, or more than one submission holds
   */
  link<Steps extends readonly Step<unknown>[]>(...steps: Steps): Future<Outcomes<Steps>> {
    return new Chain(this.#operations, this.#arguments, steps, LINK);
  }

  /** As `link`, but the next step begins however the one before it has ended. */
  hardLink<Steps extends readonly Step<unknown>[]>(...steps: Steps): Future<Outcomes<Steps>> {
    return new Chain(this.#operations, this.#arguments, steps, HARD_LINK);
  }

  /** A pause, as a step of a chain. @throws RangeError when it is no time */
  delayStep(durationMs: number): Step<void> {
    return delayStep(this.#arguments, durationMs);
  }

  /** Completes when the time has passed. @throws RangeError when it is no time */
  timeout(durationMs: number): UringTimeout {
    return new UringTimeout(this.#operations, this.#arguments, durationMs);
  }

  /**
   * Waits for events of poll(2) on a descriptor, and says which there are. Drop it before closing `fd`.
   *
   * @throws SystemError (the future) such as EBADF
   */
  poll(fd: number, events: number): Future<number> {
    return new PollOnce(this.#operations, fd, events, (happened) => happened);
  }

  /**
   * The same again and again: each item is a set of events that have come since the one before it. It reports changes: act on all that
   * is there before asking for the next. Drop it before closing `fd`.
   *
   * @throws SystemError (the stream) such as EBADF
   */
  pollMany(fd: number, events: number): Stream<number> {
    return new PollMany(this.#operations, fd, events);
  }

  /**
   * Cancels every operation on a descriptor; their futures fail with ECANCELED. Returns how many the kernel has found, of which some
   * may still succeed.
   *
   * @throws SystemError (the future) EINVAL before Linux 5.19
   */
  cancelFd(fd: number): Future<number> {
    return new CancelMatching(this.#operations, fd, CANCEL_FD | CANCEL_ALL);
  }

  /** The same for every operation that the kernel has. @throws SystemError (the future) EINVAL before Linux 5.19 */
  cancelAny(): Future<number> {
    return new CancelMatching(this.#operations, -1, CANCEL_ANY | CANCEL_ALL);
  }
}
