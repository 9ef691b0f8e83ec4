// Every operation between its first poll and its end: the table behind the completions' user data (slot and generation), the backlog
// of what the completion queue might not hold, and the one place where states change (see operation.ts).
// Relies on: one thread. Wakers are called in `turn`, and by what closes a descriptor or everything, for what that ends at once.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Waker } from "@pollab/runtime-core/future";
import { constants } from "node:os";
import { OP_ASYNC_CANCEL } from "./abi.ts";
import type { Counters } from "./counters.ts";
import type { Descriptor, DescriptorCalls } from "./descriptor.ts";
import {
  ENDED,
  FREE,
  type Heir,
  Operation,
  OperationQueue,
  ORPHANED,
  QUEUED,
  type RingBuffer,
  SUBMITTED,
} from "./operation.ts";
import type { Ring } from "./ring.ts";

/**
 * Errors of io_uring_enter(2) that need no answer. EINTR and ETIME: the wait is over. EBUSY and EAGAIN: the kernel wants completions
 * reaped, or memory; what it did not consume is submitted by the next turn.
 */
const PASSING_ERRORS: ReadonlySet<number> = new Set([
  -ERRNO.EINTR,
  -constants.errno.ETIME,
  -ERRNO.EBUSY,
  -ERRNO.EAGAIN,
]);

/** How long one wait of a tear-down is, and how long it goes on without a single completion. */
const DRAIN_WAIT_NS = 100_000_000;
const MAX_IDLE_DRAIN_WAITS = 100;

export class Operations {
  readonly counters: Counters;
  readonly calls: DescriptorCalls;
  readonly #ring: Ring;
  readonly #slots: Operation[] = [];
  #free: Operation | null = null;
  readonly #backlog = new OperationQueue();
  readonly #cancels = new OperationQueue();
  #closed = false;
  /** The backlog waits although the submission queue has room: the completion queue might not hold more. */
  #heldBack = false;
  /** Nothing ended while the backlog was held back. */
  #stalled = false;
  /** For operations whose result is a descriptor: closes the one that nobody waits for any more. */
  readonly descriptorHeir: Heir = {
    inherit: ({ result }) => {
      if (result >= 0) this.closeFd(result);
    },
  };
  readonly #cancelHeir: Heir = { inherit: (cancel) => this.#cancelEnded(cancel) };

  constructor(ring: Ring, calls: DescriptorCalls, counters: Counters) {
    this.#ring = ring;
    this.calls = calls;
    this.counters = counters;
  }

  /** A record to fill in and then `enqueue`, with nothing but the opcode and the descriptor set. */
  prepare(opcode: number, descriptor: Descriptor | null): Operation {
    this.assertOpen();
    const operation = this.#allocate();
    operation.opcode = opcode;
    operation.descriptor = descriptor;
    operation.fd = descriptor === null ? -1 : descriptor.fd;
    return operation;
  }

  /** The same with `length` bytes at `start` of a buffer, which is lent from now on. @throws BufferLentError, BufferFreedError */
  prepareTransfer(
    opcode: number,
    descriptor: Descriptor | null,
    buffer: RingBuffer,
    start: number,
    length: number,
  ): Operation {
    this.assertOpen();
    buffer.lend();
    const operation = this.prepare(opcode, descriptor);
    operation.buffer = buffer;
    operation.length = length;
    const low = (buffer.addressLow >>> 0) + start;
    operation.addressLow = low | 0;
    operation.addressHigh = low > 0xffff_ffff ? (buffer.addressHigh + 1) | 0 : buffer.addressHigh;
    return operation;
  }

  /** FREE → QUEUED: the kernel gets it in the next `turn`, or when there is room. */
  enqueue(operation: Operation, waker: Waker): void {
    operation.state = QUEUED;
    operation.waker = waker;
    if (operation.descriptor !== null) operation.descriptor.inFlight++;
    this.#backlog.append(operation);
  }

  /** ENDED → FREE, the buffer back to its holder. Returns the result. */
  take(operation: Operation): number {
    const { buffer, result } = operation;
    if (buffer !== null) buffer.giveBack();
    this.#release(operation);
    return result;
  }

  /** The future of a QUEUED, SUBMITTED or ENDED operation was dropped. */
  drop(operation: Operation): void {
    operation.waker = null;
    if (operation.buffer !== null) operation.buffer.orphan();
    if (operation.state === QUEUED) this.#withdraw(operation);
    else if (operation.state === SUBMITTED) this.#abandon(operation);
    else this.#bury(operation);
  }

  /** Cancels every operation on a descriptor that is being closed. Their futures fail with ECANCELED. */
  cancelAllOf(descriptor: Descriptor): void {
    let remaining = descriptor.inFlight;
    for (const operation of this.#slots) {
      if (remaining === 0) return;
      if (operation.descriptor !== descriptor || operation.state === ENDED) continue;
      remaining--;
      this.#cancel(operation);
    }
  }

  closeFd(fd: number): void {
    this.counters.systemCalls.close++;
    this.calls.closeFd(fd);
  }

  /**
   * Submits what is queued, waits for a completion if there is none yet, and dispatches what arrived: one system call, none if there is
   * nothing to submit or to collect, more only where the submission queue is too small for what is queued.
   *
   * @param waitNs 0 does not wait. A shorter wait, also without a completion, is possible.
   * @throws SystemError when the kernel refuses to be entered, as a seccomp profile makes it: nothing would ever end
   */
  turn(waitNs: number): void {
    let more = this.#fill();
    const ring = this.#ring;
    let result = 0;
    // The kernel does not wait either when it finds completions there.
    if (ring.hasUnsubmitted || ring.needsEnter || (waitNs > 0 && ring.ready === 0)) {
      result = ring.enter(more || this.#heldBack ? 0 : waitNs);
      while (result > 0 && more) {
        more = this.#fill();
        result = ring.enter(more || this.#heldBack ? 0 : waitNs);
      }
    }
    this.#stalled = this.#reap() === 0 && this.#heldBack;
    if (result < 0 && !PASSING_ERRORS.has(result)) throw systemError(result, "io_uring_enter");
  }

  /**
   * Cancels everything and waits for the end of each operation.
   *
   * @throws when the kernel does not let go of an operation; then its memory must stay
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const operation of this.#slots) this.#cancel(operation);
    let idleWaits = 0;
    while (this.counters.inFlight > 0) {
      const { completed } = this.counters;
      this.turn(DRAIN_WAIT_NS);
      idleWaits = this.counters.completed === completed ? idleWaits + 1 : 0;
      if (idleWaits === MAX_IDLE_DRAIN_WAITS) {
        throw new Error(
          `the kernel did not end ${this.counters.inFlight} cancelled operation(s); the ring and its memory are left to it`,
        );
      }
    }
    this.#ring.close();
  }

  /** @throws Error when it is closed */
  assertOpen(): void {
    if (this.#closed) throw new Error("this io_uring driver was closed; make another one");
  }

  #allocate(): Operation {
    const recycled = this.#free;
    if (recycled !== null) {
      this.#free = recycled.next;
      recycled.next = null;
      return recycled;
    }
    const operation = new Operation(this.#slots.length);
    this.#slots.push(operation);
    return operation;
  }

  /** Any state → FREE. From here on a completion for the old generation is stale. */
  #release(operation: Operation): void {
    operation.state = FREE;
    operation.generation = (operation.generation + 1) | 0;
    operation.offsetLow = 0;
    operation.offsetHigh = 0;
    operation.addressLow = 0;
    operation.addressHigh = 0;
    operation.length = 0;
    operation.flags = 0;
    operation.waker = null;
    operation.descriptor = null;
    operation.buffer = null;
    operation.heir = null;
    operation.cancelRequested = false;
    operation.next = this.#free;
    this.#free = operation;
  }

  /** QUEUED → FREE: the kernel never hears of it. */
  #withdraw(operation: Operation): void {
    this.#backlog.remove(operation);
    this.#settle(operation, -ERRNO.ECANCELED);
    this.#bury(operation);
  }

  /** SUBMITTED → ORPHANED. */
  #abandon(operation: Operation): void {
    operation.state = ORPHANED;
    this.#requestCancel(operation);
  }

  /** Ended without anybody waiting → FREE: the result goes to the heir, the buffer to its pool. */
  #bury(operation: Operation): void {
    const { heir, buffer } = operation;
    if (heir !== null) heir.inherit(operation);
    if (buffer !== null) buffer.giveBack();
    this.#release(operation);
  }

  /** On behalf of `close`: the operation ends soon, with ECANCELED unless it had finished before. */
  #cancel(operation: Operation): void {
    if (operation.state === QUEUED) this.#refuse(operation);
    else if (operation.state === SUBMITTED) this.#requestCancel(operation);
  }

  /** QUEUED → ENDED, or FREE if it is a cancel. */
  #refuse(operation: Operation): void {
    if (operation.heir === this.#cancelHeir) return;
    this.#backlog.remove(operation);
    this.#settle(operation, -ERRNO.ECANCELED);
    wakeOf(operation);
  }

  /** Asks the kernel to end it early. It ends by its own completion, whatever comes of this. */
  #requestCancel(target: Operation): void {
    if (target.cancelRequested) return;
    target.cancelRequested = true;
    const cancel = this.#allocate();
    cancel.opcode = OP_ASYNC_CANCEL;
    cancel.fd = -1;
    cancel.addressLow = target.slot;
    cancel.addressHigh = target.generation;
    cancel.heir = this.#cancelHeir;
    cancel.state = QUEUED;
    this.#cancels.append(cancel);
  }

  /** The operation that a cancel is for, while the kernel still has it. */
  #targetOf(cancel: Operation): Operation | null {
    const target = this.#slots[cancel.addressLow];
    if (target === undefined || target.generation !== cancel.addressHigh) return null;
    return isInKernel(target) ? target : null;
  }

  #cancelEnded(cancel: Operation): void {
    const target = this.#targetOf(cancel);
    if (target === null || cancel.result !== -ERRNO.ENOENT) return;
    // The kernel did not find the target although it has not completed: it was between two of its states (woken to be tried again,
    // for one) and may go on to wait for ever. If its completion is on its way instead, the new cancel is never submitted.
    target.cancelRequested = false;
    this.#requestCancel(target);
  }

  /**
   * Writes queued operations into the ring, as many as the completion queue holds. If none of these ends (they may all be waiting for
   * what the queued ones would bring about), also more: the kernel then keeps the completions that do not fit until they are asked for.
   *
   * Returns whether some remain only because the submission queue is full.
   */
  #fill(): boolean {
    const ring = this.#ring;
    const { counters } = this;
    let { space } = ring;
    this.#heldBack = false;
    for (let cancel = this.#cancels.first; cancel !== null; cancel = this.#cancels.first) {
      if (space === 0) return true;
      this.#cancels.remove(cancel);
      if (this.#targetOf(cancel) === null) {
        this.#release(cancel);
        continue;
      }
      counters.cancels++;
      this.#submit(cancel, ORPHANED);
      space--;
    }
    for (let operation = this.#backlog.first; operation !== null; operation = this.#backlog.first) {
      if (counters.inFlight >= ring.cqEntries && !this.#stalled) {
        this.#heldBack = true;
        return false;
      }
      if (space === 0) return true;
      this.#backlog.remove(operation);
      this.#submit(operation, SUBMITTED);
      space--;
    }
    return false;
  }

  /** QUEUED → SUBMITTED or ORPHANED. */
  #submit(operation: Operation, state: typeof SUBMITTED | typeof ORPHANED): void {
    operation.state = state;
    this.#ring.push(operation);
    this.counters.submitted++;
    this.counters.inFlight++;
  }

  /** Dispatches the completions that are there. Returns their number. */
  #reap(): number {
    const ring = this.#ring;
    const { words } = ring;
    const { ready } = ring;
    if (ready === 0) return 0;
    for (let left = ready; left > 0; left--) {
      const at = ring.take();
      this.#complete(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0);
    }
    ring.release();
    return ready;
  }

  /** SUBMITTED → ENDED, ORPHANED → FREE; nothing for a completion that belongs to neither. */
  #complete(slot: number, generation: number, result: number): void {
    const operation = slot >= 0 && slot < this.#slots.length ? this.#slots[slot] : undefined;
    if (operation === undefined || operation.generation !== generation || !isInKernel(operation)) {
      this.counters.stale++;
      return;
    }
    this.counters.completed++;
    this.counters.inFlight--;
    const orphaned = operation.state === ORPHANED;
    this.#settle(operation, result);
    if (orphaned) {
      this.#bury(operation);
      return;
    }
    wakeOf(operation);
  }

  /** The kernel is done with it. */
  #settle(operation: Operation, result: number): void {
    operation.state = ENDED;
    operation.result = result;
    const { descriptor } = operation;
    if (descriptor !== null) descriptor.ended();
  }
}

function wakeOf(operation: Operation): void {
  const { waker } = operation;
  operation.waker = null;
  if (waker !== null) waker.wake();
}

function isInKernel(operation: Operation): boolean {
  return operation.state === SUBMITTED || operation.state === ORPHANED;
}
