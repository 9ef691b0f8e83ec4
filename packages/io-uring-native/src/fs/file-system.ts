// Files over the ring: opening them is an operation too.
import type { BufferPool, IoBuffer } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { UringFile } from "./file.ts";
import { OpenRead } from "./open-read.ts";
import type { Operations } from "../operations.ts";

/** Files; `UringDriver.fs` is one. */
export class UringFileSystem {
  readonly buffers: BufferPool;
  readonly #operations: Operations;
  readonly #arguments: BufferPool;

  /** @param argumentBuffers memory for paths, of PATH_MAX bytes each */
  constructor(operations: Operations, buffers: BufferPool, argumentBuffers: BufferPool) {
    this.#operations = operations;
    this.buffers = buffers;
    this.#arguments = argumentBuffers;
  }

  /** A file that is opened for a future that was dropped is closed. */
  openRead(path: string): Future<UringFile<IoBuffer>> {
    return new OpenRead(this.#operations, this.#arguments, path);
  }
}
