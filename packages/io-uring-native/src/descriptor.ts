// A file descriptor that operations use. The kernel holds the file while an operation is in flight, and the number could be given to
// another file as soon as it is closed: so closing waits until the last operation has ended.
import { ERRNO, Failures, systemError } from "@pollab/io-sys";
import { OP_SHUTDOWN } from "./abi.ts";
import type { Starved } from "./buffers/buffer-group.ts";
import type { Operation } from "./operation.ts";
import type { Operations } from "./operations.ts";

/** The system calls on descriptors; each returns at least 0, or -errno. */
export interface DescriptorCalls {
  /** Lets it be closed with this thread, should that be terminated. @throws SystemError ENOMEM */
  adoptFd(fd: number): void;
  closeFd(fd: number): number;
  /** @param how one of `SHUTDOWN` */
  shutdownSocket(fd: number, how: number): number;
}

export class Descriptor {
  /** Its number: in the process, or with `SQE_FIXED_FILE` among `entryFlags`, in the ring's table of files. */
  readonly fd: number;
  /** Of every entry that uses it. */
  readonly entryFlags: number;
  /** Its place in the ring's table of files as well, for transfers; -1 where it has none. */
  place = -1;
  /** Operations that are queued or in the kernel. */
  inFlight = 0;
  closed = false;
  /** Who waits for something else than an operation, and has to hear of the end. */
  waiting: Starved | null = null;
  readonly #operations: Operations;
  /** The latest of those operations; the others hang on it. */
  #latest: Operation | null = null;

  /** The driver closes it at its end, if nobody did before, and io-sys with this thread: whoever opened it has seen to that. */
  constructor(operations: Operations, fd: number, entryFlags: number = 0) {
    this.#operations = operations;
    this.fd = fd;
    this.entryFlags = entryFlags;
    operations.descriptors.add(this);
  }

  /** Whether only this ring knows it. */
  get direct(): boolean {
    return this.entryFlags !== 0;
  }

  /** For operations about to begin. @throws SystemError ECANCELED when it is closed */
  assertOpen(syscall: string): void {
    if (this.closed) throw systemError(ERRNO.ECANCELED, syscall);
  }

  /** Gives it a place in the ring's table of files, where that is wanted and there is one left. */
  register(): void {
    const { registeredFiles } = this.#operations;
    if (registeredFiles !== null) this.place = registeredFiles.add(this.fd);
  }

  shutdown(how: number): void {
    if (this.closed) return;
    if (this.direct) {
      if (this.#operations.closed) return;
      const operation = this.#operations.prepare(OP_SHUTDOWN, this);
      operation.length = how;
      this.#operations.enqueueDetached(operation);
      return;
    }
    const { counters } = this.#operations;
    counters.crossings++;
    counters.systemCalls.shutdown++;
    // ENOTCONN: the connection is gone already, and with it what there was to shut down.
    this.#operations.calls.shutdownSocket(this.fd, how);
  }

  /** Cancels what is in flight; the descriptor is closed at once or when the last of it has ended. Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const { waiting } = this;
    this.waiting = null;
    try {
      if (this.inFlight === 0) this.#release();
      else this.#cancelAll();
    } finally {
      if (waiting !== null) waiting.replenished();
    }
  }

  /** An operation on it was queued. For `Operations`. */
  began(operation: Operation): void {
    const latest = this.#latest;
    operation.nextOfDescriptor = latest;
    if (latest !== null) latest.previousOfDescriptor = operation;
    this.#latest = operation;
    this.inFlight++;
  }

  /** One of its operations has ended. For `Operations`. */
  ended(operation: Operation): void {
    const { previousOfDescriptor: previous, nextOfDescriptor: next } = operation;
    if (previous === null) this.#latest = next;
    else previous.nextOfDescriptor = next;
    if (next !== null) next.previousOfDescriptor = previous;
    operation.previousOfDescriptor = null;
    operation.nextOfDescriptor = null;
    this.inFlight--;
    if (this.closed && this.inFlight === 0) this.#release();
  }

  /** Their futures fail with ECANCELED. Those that the kernel has not seen yet end at once, and others with them. */
  #cancelAll(): void {
    const operations: Operation[] = [];
    for (let operation = this.#latest; operation !== null; operation = operation.nextOfDescriptor) {
      operations.push(operation);
    }
    const failures = new Failures();
    for (const operation of operations) failures.guard(() => this.#operations.cancel(operation));
    failures.rethrow();
  }

  #release(): void {
    this.#operations.descriptors.delete(this);
    if (this.direct) {
      this.#operations.directFiles.remove(this.fd);
      return;
    }
    // The table keeps the file open otherwise; but it goes with the ring.
    if (this.place >= 0 && !this.#operations.closed) this.#operations.registeredFiles?.remove(this.place);
    this.#operations.closeFd(this.fd);
  }
}
