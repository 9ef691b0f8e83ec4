// Direct descriptors: those of the ring's own table of files, which nobody but this ring knows. They cost no entry in the table that
// all threads of the process share, and no look-up there at each operation. The kernel chooses their places; see
// io_uring_register_files_sparse(3).
//
// A connection that is accepted while the table is full is lost. So every request takes a place beforehand, and the place is free again
// when the request has failed, or its descriptor was removed.
import { constants } from "node:os";
import { FILE_INDEX_ALLOC, OP_CLOSE, SQE_FIXED_FILE } from "./abi.ts";
import { Descriptor } from "./descriptor.ts";
import type { Heir, Operation } from "./operation.ts";
import type { Operations } from "./operations.ts";

export class DirectFiles {
  /** For operations whose result is a direct descriptor: closes the one that nobody waits for any more. */
  readonly heir: Heir;
  readonly #operations: Operations;
  /** Places that are neither occupied nor requested. */
  #free: number;

  /** @param count how many places of the table are for them */
  constructor(operations: Operations, count: number) {
    this.#operations = operations;
    this.#free = count;
    this.wanted = this.#free > 0;
    this.heir = {
      inherit: (operation) => {
        adopt(operations, operation, operation.result)?.close();
      },
    };
  }

  /** Whether there are any. */
  readonly wanted: boolean;

  /** Asks for a direct descriptor as the result of an operation that makes one. Returns false where there is none to be had. */
  request(operation: Operation): boolean {
    const { features } = this.#operations;
    if (!this.wanted || !features.offers("direct descriptors")) return false;
    if (this.#free === 0) {
      features.count("direct descriptors", -constants.errno.ENFILE);
      return false;
    }
    this.#free--;
    operation.fileIndex = FILE_INDEX_ALLOC;
    operation.heir = this.heir;
    return true;
  }

  /** A request has failed. */
  failed(): void {
    this.#free++;
  }

  /** Takes a file out of the table, which closes it. */
  remove(place: number): void {
    const operations = this.#operations;
    // The table goes with the ring.
    if (operations.closed) return;
    const operation = operations.prepare(OP_CLOSE, null);
    operation.fd = 0;
    operation.fileIndex = place + 1;
    operations.enqueue(operation, {
      wake: () => {
        operations.take(operation);
        this.#free++;
      },
    });
  }
}

/** The descriptor that an operation has resulted in, asked before the operation is taken; null when it has failed. */
export function adopt(operations: Operations, operation: Operation, result: number): Descriptor | null {
  const direct = operation.fileIndex === FILE_INDEX_ALLOC;
  if (result < 0) {
    if (direct) operations.directFiles.failed();
    return null;
  }
  if (!direct) return new Descriptor(operations, result);
  operations.features.works("direct descriptors");
  return new Descriptor(operations, result, SQE_FIXED_FILE);
}
