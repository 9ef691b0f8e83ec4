// A file descriptor that operations use. The kernel holds the file while an operation is in flight, and the number could be given to
// another file as soon as it is closed: so closing waits until the last operation has ended.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Operation } from "./operation.ts";
import type { Operations } from "./operations.ts";

/** The system calls on descriptors; each returns at least 0, or -errno. */
export interface DescriptorCalls {
  closeFd(fd: number): number;
  /** @param how one of `SHUTDOWN` */
  shutdownSocket(fd: number, how: number): number;
}

export class Descriptor {
  readonly fd: number;
  /** Operations that are queued or in the kernel. */
  inFlight = 0;
  closed = false;
  readonly #operations: Operations;
  /** The latest of those operations; the others hang on it. */
  #latest: Operation | null = null;

  constructor(operations: Operations, fd: number) {
    this.#operations = operations;
    this.fd = fd;
  }

  /** For operations about to begin. @throws SystemError EBADF when it is closed */
  assertOpen(syscall: string): void {
    if (this.closed) throw systemError(ERRNO.EBADF, syscall);
  }

  shutdown(how: number): void {
    if (this.closed) return;
    this.#operations.counters.systemCalls.shutdown++;
    // ENOTCONN: the connection is gone already, and with it what there was to shut down.
    this.#operations.calls.shutdownSocket(this.fd, how);
  }

  /** Cancels what is in flight; the descriptor is closed at once or when the last of it has ended. Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.inFlight === 0) this.#release();
    else this.#cancelAll();
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
    for (const operation of operations) this.#operations.cancel(operation);
  }

  #release(): void {
    this.#operations.closeFd(this.fd);
  }
}
