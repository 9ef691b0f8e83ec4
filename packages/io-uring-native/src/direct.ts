// Direct descriptors: those of the ring's own table of files, which nobody but this ring knows. They cost no entry in the table that
// all threads of the process share, and no look-up there at each operation. The kernel chooses their places; see
// io_uring_register_files_sparse(3).
import { constants } from "node:os";
import { FILE_INDEX_ALLOC, SQE_FIXED_FILE } from "./abi.ts";
import { Descriptor } from "./descriptor.ts";
import type { Heir, Operation } from "./operation.ts";
import type { Operations } from "./operations.ts";

export class DirectFiles {
  /** For operations whose result is a direct descriptor: closes the one that nobody waits for any more. */
  readonly heir: Heir;
  readonly #operations: Operations;
  readonly #available: boolean;

  /** @param count how many files the table holds; 0 for no table */
  constructor(operations: Operations, count: number) {
    this.#operations = operations;
    this.#available = count > 0 && registered(operations, count);
    this.heir = {
      inherit: ({ result }) => {
        if (result >= 0) new Descriptor(operations, result, SQE_FIXED_FILE).close();
      },
    };
  }

  /**
   * Asks for a direct descriptor as the result of an operation that makes one. Returns false where there are none; then nothing has
   * changed.
   */
  request(operation: Operation): boolean {
    if (!this.#available || !this.#operations.features.offers("direct descriptors")) return false;
    operation.fileIndex = FILE_INDEX_ALLOC;
    operation.heir = this.heir;
    return true;
  }

  /** Whether the same operation is worth another try without `request`: the table is full, or the kernel has no direct descriptors. */
  refused(error: number): boolean {
    const { features } = this.#operations;
    if (!this.#available) return false;
    if (error === -constants.errno.ENFILE) {
      features.count("direct descriptors", error);
      return true;
    }
    return features.refuses("direct descriptors", error);
  }
}

/** The descriptor that an operation, before it is taken, has resulted in. */
export function adopt(operations: Operations, operation: Operation, result: number): Descriptor {
  if (operation.fileIndex !== FILE_INDEX_ALLOC) return new Descriptor(operations, result);
  operations.features.works("direct descriptors");
  return new Descriptor(operations, result, SQE_FIXED_FILE);
}

function registered({ ring, features }: Operations, count: number): boolean {
  const result = ring.registrar.registerFiles(count);
  if (result >= 0) return true;
  features.refuse("registered files", result);
  return false;
}
