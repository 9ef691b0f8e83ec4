// Paths as programs give them, and as the kernel reads them: in memory that an operation owns until it has ended.
import { systemError, type SystemErrorSubject } from "@pollab/io-sys";
import type { BufferSource } from "@pollab/runtime-core/io";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { Loan, Place, RingBuffer } from "../operation.ts";

/** A path, as text or as a URL with the scheme file. */
export type Path = string | URL;

/** @throws TypeError for what is no path, or has a null character in it */
export function pathText(path: Path): string {
  const text = typeof path === "string" ? path : fileURLToPath(path);
  if (text.includes("\0")) throw new TypeError(`expected a path without null characters, got ${JSON.stringify(text)}`);
  return text;
}

/** What one operation reads its paths from, and writes its answer to. */
export class CallMemory implements Loan {
  readonly #buffers: RingBuffer[] = [];

  /**
   * @param source of buffers that hold PATH_MAX bytes each
   * @param answers whether there is to be one buffer more than paths
   * @throws SystemError ENAMETOOLONG
   */
  constructor(
    source: BufferSource<RingBuffer>,
    paths: readonly string[],
    answers: boolean,
    syscall: string,
    subject: SystemErrorSubject,
  ) {
    try {
      for (const path of paths) this.#encode(source, path, syscall, subject);
      if (answers) this.#buffers.push(source.take());
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Where a path is, or after the last of them, the answer. */
  place(index: number): Place {
    return this.#at(index);
  }

  /** The content of the last buffer, once it was given back. */
  get answer(): Uint8Array {
    return this.#at(this.#buffers.length - 1).bytes;
  }

  lend(): void {
    for (const buffer of this.#buffers) buffer.lend();
  }

  giveBack(): void {
    for (const buffer of this.#buffers) buffer.giveBack();
  }

  orphan(): void {
    for (const buffer of this.#buffers) buffer.orphan();
  }

  free(): void {
    for (const buffer of this.#buffers) buffer.free();
  }

  #at(index: number): RingBuffer {
    const buffer = this.#buffers[index];
    if (buffer === undefined) throw new RangeError(`there are ${this.#buffers.length} buffers, and none at ${index}`);
    return buffer;
  }

  /** The path and the zero that ends it in C. */
  #encode(source: BufferSource<RingBuffer>, path: string, syscall: string, subject: SystemErrorSubject): void {
    const buffer = source.take();
    this.#buffers.push(buffer);
    const { bytes } = buffer;
    const { read, written } = new TextEncoder().encodeInto(path, bytes);
    if (read < path.length || written === bytes.byteLength) {
      throw systemError(constants.errno.ENAMETOOLONG, syscall, subject);
    }
    bytes[written] = 0;
  }
}
