// The file that the file scenario reads: whole blocks of 4 KiB, each beginning with its own number, so that every read can be checked.
//
// It has no name: it is unlinked while it is still empty, and reached through this process's descriptor (proc(5), /proc/pid/fd). So
// it is gone with the lab, however the lab ends.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BLOCK_BYTES } from "../programs/files/positions.ts";
import { MachineError } from "./machine-error.ts";

/** 64 MiB: larger than the caches of a processor, small enough for the page cache of any machine. */
const BLOCKS = 16_384;
const BLOCKS_PER_WRITE = 256;

export class DataFile implements Disposable {
  /** For this process and its children. */
  readonly path: string;
  private readonly fd: number;

  /** Made new, written to the disk, and in the page cache. @throws MachineError when there is no room */
  constructor() {
    this.fd = openNameless();
    this.path = `/proc/${process.pid}/fd/${this.fd}`;
    try {
      const chunk = Buffer.alloc(BLOCKS_PER_WRITE * BLOCK_BYTES);
      for (let first = 0; first < BLOCKS; first += BLOCKS_PER_WRITE) {
        for (let i = 0; i < BLOCKS_PER_WRITE; i++) chunk.writeUInt32LE(first + i, i * BLOCK_BYTES);
        for (let written = 0; written < chunk.length;) written += writeSync(this.fd, chunk, written);
      }
      // Written back now and not while something is measured.
      fsyncSync(this.fd);
    } catch (error) {
      this[Symbol.dispose]();
      throw refused(error);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

function openNameless(): number {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "pollab-data-"));
    return openSync(join(folder, "blocks.bin"), "wx+");
  } catch (error) {
    throw refused(error);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function refused(error: unknown): MachineError {
  const reason = error instanceof Error ? error.message : String(error);
  const mebibytes = (BLOCKS * BLOCK_BYTES) / 2 ** 20;
  return new MachineError(
    `the file of ${mebibytes} MiB that is read cannot be made in ${tmpdir()}: ${reason}. ` +
      "Make room there, or set TMPDIR to a folder that has it.",
  );
}
