// Every operation between its first poll and its end, and the one place where states change (see operation.ts).
// Relies on: one thread. Wakers are called in `turn`, and by what closes a descriptor or everything, for what that ends at once.
import { ERRNO, Failures, SystemError, systemError } from "@pollab/io-sys";
import type { Waker } from "@pollab/runtime-core/future";
import { constants } from "node:os";
import { CQE_F_MORE, CQE_F_NOTIF, NOTIF_USAGE_ZC_COPIED } from "./abi.ts";
import { Cancels } from "./cancels.ts";
import type { Counters } from "./counters.ts";
import type { Descriptor, DescriptorCalls } from "./descriptor.ts";
import { RegisteredBuffers } from "./buffers/registered-buffers.ts";
import { DirectFiles } from "./direct.ts";
import { RegisteredFiles, registerTable } from "./registered-files.ts";
import { Features } from "./features.ts";
import {
  DESCRIPTOR_RESULT,
  ENDED,
  type Heir,
  type Operation,
  ORPHANED,
  QUEUED,
  type RingBuffer,
  SUBMITTED,
} from "./operation.ts";
import { MESSAGE_SLOT, Messages } from "./messages.ts";
import { chainHead, chainLength } from "./operation-queue.ts";
import type { Ring } from "./ring.ts";
import { Slots } from "./slots.ts";
import { Submission } from "./submission.ts";

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

const ENTER = "io_uring_enter";

/** How long one wait of a tear-down is, and how long it goes on without a single completion. */
const DRAIN_WAIT_NS = 100_000_000;
const MAX_IDLE_DRAIN_WAITS = 100;

/** What is registered with the ring. */
export interface Tables {
  /** How many direct descriptors there may be; none unless given. */
  readonly directDescriptors?: number;
  /** How many open files have a place in the table of files; none unless given. */
  readonly registerFiles?: number;
  /** Whether the memory of buffers is registered at its first use. */
  readonly registerBuffers?: boolean;
}

export class Operations {
  readonly counters: Counters;
  readonly calls: DescriptorCalls;
  readonly ring: Ring;
  readonly features: Features;
  readonly messages: Messages = new Messages(this);
  readonly directFiles: DirectFiles;
  /** Null unless files are to be registered. */
  readonly registeredFiles: RegisteredFiles | null;
  /** Null unless buffers are to be registered. */
  readonly registeredBuffers: RegisteredBuffers | null;
  /** Those that are open, closed ones with operations in flight included. */
  readonly descriptors: Set<Descriptor> = new Set();
  /** Told of every cancel, and of what is enqueued detached: either may come at any time, and not only from a task's poll. */
  onCancel: (() => void) | null = null;
  readonly #slots = new Slots();
  readonly #cancels: Cancels;
  readonly #submission: Submission;
  /** Operations in flight of which nothing is left but their notification. */
  #notifying = 0;
  #closed = false;
  /** For operations whose result is a descriptor: closes the one that nobody waits for any more. */
  readonly descriptorHeir: Heir = {
    inherit: ({ result }) => {
      if (result >= 0) this.closeFd(result);
    },
  };

  constructor(ring: Ring, calls: DescriptorCalls, counters: Counters, tables: Tables = {}) {
    this.ring = ring;
    this.calls = calls;
    this.counters = counters;
    this.features = new Features(counters);
    const { directDescriptors = 0, registerFiles = 0 } = tables;
    const table = registerTable(ring.registrar, this.features, { files: registerFiles, directDescriptors });
    this.directFiles = new DirectFiles(this, table.directDescriptors);
    this.registeredFiles = table.files === 0 ? null : new RegisteredFiles(ring.registrar, this.features, table.files);
    this.registeredBuffers =
      tables.registerBuffers === true ? new RegisteredBuffers(ring.registrar, this.features) : null;
    this.#cancels = new Cancels(this.#slots);
    this.#submission = new Submission(ring, this.#cancels, counters);
  }

  /** A record to fill in and then `enqueue`, with nothing but the opcode and the descriptor set. */
  prepare(opcode: number, descriptor: Descriptor | null): Operation {
    this.assertOpen();
    const operation = this.#slots.allocate();
    operation.head = opcode;
    if (descriptor === null) {
      operation.fd = -1;
      return operation;
    }
    operation.descriptor = descriptor;
    operation.fd = descriptor.fd;
    operation.head = opcode | (descriptor.entryFlags << 8);
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
    operation.pointAt(buffer, start);
    return operation;
  }

  /** A record that was prepared and is not going to be enqueued. */
  discard(operation: Operation): void {
    this.#slots.release(operation);
  }

  /**
   * FREE → QUEUED: the kernel gets it in the next `turn`, or when there is room. With `SQE_IO_LINK` or `SQE_IO_HARDLINK` among its flags
   * it begins a chain, of which the next one that is enqueued is a part: all of a chain is enqueued without a turn in between.
   */
  enqueue(operation: Operation, waker: Waker): void {
    operation.state = QUEUED;
    operation.waker = waker;
    const { descriptor } = operation;
    if (descriptor !== null) descriptor.began(operation);
    this.#submission.backlog.append(operation);
  }

  /** The same for an operation whose end concerns nobody. */
  enqueueDetached(operation: Operation): void {
    this.enqueue(operation, {
      wake: () => {
        this.take(operation);
      },
    });
    this.onCancel?.();
  }

  /** ENDED → FREE, the buffer back to its holder. Returns the result. */
  take(operation: Operation): number {
    const { buffer, result } = operation;
    if (buffer !== null) buffer.giveBack();
    this.#slots.release(operation);
    return result;
  }

  /** The future of a QUEUED, SUBMITTED or ENDED operation was dropped. Linked ones that are QUEUED as well end with ECANCELED. */
  drop(operation: Operation): void {
    operation.waker = null;
    if (operation.buffer !== null) operation.buffer.orphan();
    if (operation.state === QUEUED) this.#refuse(operation);
    if (operation.state === SUBMITTED) this.#abandon(operation);
    else this.#bury(operation);
  }

  /** Asks the kernel to end an operation early; its future gets the result, which is ECANCELED unless it was done before. */
  cancel(operation: Operation): void {
    if (operation.state === QUEUED) this.#refuse(operation);
    else if (operation.state === SUBMITTED) this.#requestCancel(operation);
  }

  /** Whether something is left to be submitted: it was queued after the latest `turn`, or that could not submit it. */
  get hasOutstanding(): boolean {
    return this.ring.announce() || this.#submission.backlog.first !== null || this.#cancels.next() !== null;
  }

  closeFd(fd: number): void {
    this.counters.crossings++;
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
    const submission = this.#submission;
    let more = submission.fill();
    const { ring } = this;
    let result = 0;
    // The kernel does not wait either when it finds completions there.
    if (ring.announce() || ring.needsEnter || (waitNs > 0 && ring.ready === 0)) {
      result = ring.enter(more || submission.heldBack ? 0 : waitNs);
      while (result > 0 && more) {
        more = submission.fill();
        result = ring.enter(more || submission.heldBack ? 0 : waitNs);
      }
    }
    submission.stalled = this.#reap() === 0 && submission.heldBack;
    if (result < 0 && !PASSING_ERRORS.has(result)) throw systemError(result, ENTER);
  }

  /**
   * Cancels everything and waits for the end of each operation, then closes every descriptor and the ring. What only waits for the
   * network to be through with its memory is left to that: the kernel has the pages for itself.
   *
   * @returns what wakers threw
   * @throws when the kernel does not let go of an operation; then its memory must stay
   */
  close(): Failures {
    const failures = new Failures();
    if (this.#closed) return failures;
    this.#closed = true;
    for (const operation of this.#slots.all) {
      if (operation.state === QUEUED) failures.guard(() => this.#refuse(operation));
    }
    this.#cancelInFlight();
    let idleWaits = 0;
    while (this.counters.inFlight > 0) {
      const { completed } = this.counters;
      this.#drain(failures);
      idleWaits = this.counters.completed === completed ? idleWaits + 1 : 0;
      if (idleWaits === 1 && this.counters.inFlight === this.#notifying) this.#endNotifying(failures);
      // A cancel may have come at a bad moment, for all that it said.
      if (idleWaits === 1) this.#cancelEach();
      if (idleWaits === MAX_IDLE_DRAIN_WAITS) {
        throw new Error(
          `the kernel did not end ${this.counters.inFlight} cancelled operation(s); the ring and its memory are left to it`,
        );
      }
    }
    for (const operation of this.#slots.all) this.#disinherit(operation);
    for (const descriptor of this.descriptors) failures.guard(() => descriptor.close());
    this.ring.close();
    return failures;
  }

  /** @throws SystemError when the kernel refuses to be entered */
  #drain(failures: Failures): void {
    try {
      this.turn(DRAIN_WAIT_NS);
    } catch (error) {
      if (error instanceof SystemError && error.syscall === ENTER) throw error;
      failures.keep(error);
    }
  }

  /** Whether it is closed, or about to be. */
  get closed(): boolean {
    return this.#closed;
  }

  /** @throws Error when it is closed */
  assertOpen(): void {
    if (this.#closed) throw new Error("this io_uring driver was closed; make another one");
  }

  /** A descriptor that nobody has fetched yet is closed like the others. */
  #disinherit(operation: Operation): void {
    const { heir } = operation;
    if (operation.state !== ENDED || operation.result < 0 || heir === null) return;
    if (heir !== this.descriptorHeir && heir !== this.directFiles.heir) return;
    heir.inherit(operation);
    operation.result = -ERRNO.ECANCELED;
  }

  /** All at once where the kernel can, otherwise each by itself. */
  #cancelInFlight(): void {
    if (this.counters.inFlight === 0) return;
    const cancelled = this.ring.registrar.cancelAll(DRAIN_WAIT_NS);
    if (cancelled >= 0) return;
    this.features.count("synchronous cancel", cancelled);
    this.#cancelEach();
  }

  #cancelEach(): void {
    for (const operation of this.#slots.all) this.cancel(operation);
  }

  /** The notifications that are still to come do not come any more. */
  #endNotifying(failures: Failures): void {
    for (const operation of this.#slots.all) {
      if (operation.notifying) failures.guard(() => this.#end(operation, operation.result, 0));
    }
  }

  /** SUBMITTED → ORPHANED. */
  #abandon(operation: Operation): void {
    operation.state = ORPHANED;
    if (operation.notifying) inherit(operation);
    else this.#requestCancel(operation);
  }

  #requestCancel(operation: Operation): void {
    this.#cancels.request(operation);
    this.onCancel?.();
  }

  /** ENDED without anybody waiting → FREE: the result goes to the heir, the buffer to its pool. */
  #bury(operation: Operation): void {
    const { buffer } = operation;
    try {
      inherit(operation);
    } finally {
      if (buffer !== null) buffer.giveBack();
      this.#slots.release(operation);
    }
  }

  /**
   * QUEUED → ENDED, with the rest of its chain: the kernel never hears of them. A chain without one of its links would be linked to
   * whatever comes next.
   */
  #refuse(operation: Operation): void {
    // Cancels are queued elsewhere, and end with their targets.
    if (operation.heir === this.#cancels) return;
    const failures = new Failures();
    let member: Operation | null = chainHead(operation);
    for (let left = chainLength(member); left > 0 && member !== null; left--) {
      const refused: Operation = member;
      member = refused.next;
      this.#submission.backlog.remove(refused);
      this.#settle(refused, -ERRNO.ECANCELED, 0);
      failures.guard(() => wakeOf(refused));
    }
    failures.rethrow();
  }

  /** Dispatches the completions that are there. Returns their number. */
  #reap(): number {
    const { ring } = this;
    const { words } = ring;
    const { ready } = ring;
    if (ready === 0) return 0;
    for (let left = ready; left > 0; left--) {
      const at = ring.take();
      this.#complete(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0);
    }
    ring.release();
    return ready;
  }

  /** SUBMITTED → ENDED, ORPHANED → FREE, neither if there is more to come; nothing for a completion that belongs to no operation. */
  #complete(tag: number, generation: number, result: number, flags: number): void {
    const operation = this.#slots.find(tag, generation);
    if (operation === null) {
      if (tag === MESSAGE_SLOT) this.messages.arrived();
      else this.counters.stale++;
      return;
    }
    this.counters.completed++;
    if (result >= 0 && (tag & DESCRIPTOR_RESULT) !== 0) this.#adopt(result);
    if ((flags & CQE_F_MORE) !== 0) {
      if (operation.heir?.more === undefined) this.#awaitNotification(operation, result);
      else operation.heir.more(operation, result, flags);
      return;
    }
    this.#end(operation, result, flags);
  }

  /**
   * A descriptor is closed with this thread, should that be terminated: until here by the addon, which finds it in the queue, and from
   * here on by io-sys. In between it belongs to nobody, and never to both, who would close it twice.
   */
  #adopt(fd: number): void {
    this.ring.release();
    this.counters.crossings++;
    this.calls.adoptFd(fd);
  }

  /**
   * The first of two completions: everything is done, but the network may have the memory for as long as the peer likes. There is
   * nothing to cancel any more, and nothing that needs the descriptor.
   */
  #awaitNotification(operation: Operation, result: number): void {
    if (operation.notifying) return;
    operation.notifying = true;
    this.#notifying++;
    operation.result = result;
    const { descriptor } = operation;
    operation.descriptor = null;
    if (descriptor !== null) descriptor.ended(operation);
    if (operation.state === ORPHANED) inherit(operation);
  }

  /** The last completion. */
  #end(operation: Operation, result: number, flags: number): void {
    this.counters.inFlight--;
    if (operation.notifying) {
      operation.notifying = false;
      this.#notifying--;
    }
    const orphaned = operation.state === ORPHANED;
    this.#settle(operation, result, flags);
    if (orphaned) this.#bury(operation);
    else wakeOf(operation);
  }

  /** The kernel is done with it. */
  #settle(operation: Operation, result: number, flags: number): void {
    operation.state = ENDED;
    if ((flags & CQE_F_NOTIF) === 0) {
      operation.result = result;
      operation.completionFlags = flags;
    } else {
      // The result came before, and this is about the memory.
      operation.completionFlags = flags | (result & NOTIF_USAGE_ZC_COPIED);
    }
    const { descriptor } = operation;
    if (descriptor !== null) descriptor.ended(operation);
  }
}

/** Nobody waits for the result: it goes to the heir, once. */
function inherit(operation: Operation): void {
  const { heir } = operation;
  operation.heir = null;
  if (heir !== null) heir.inherit(operation);
}

function wakeOf(operation: Operation): void {
  const { waker } = operation;
  operation.waker = null;
  if (waker !== null) waker.wake();
}
