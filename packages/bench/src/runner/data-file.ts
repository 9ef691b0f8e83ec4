// The file that the file scenario reads: whole blocks of 4 KiB, each beginning with its own number, so that every read can be checked.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BLOCK_BYTES } from "../programs/files/positions.ts";

/** 64 MiB: larger than the caches of a processor, small enough for the page cache of any machine. */
const BLOCKS = 16_384;
const BLOCKS_PER_WRITE = 256;

export class DataFile implements Disposable {
  readonly path: string;
  private readonly folder: string;

  /** Made new, written to the disk, and in the page cache. @throws Error when there is no room */
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "pollab-"));
    this.path = join(this.folder, "blocks.bin");
    const fd = openSync(this.path, "wx");
    try {
      const chunk = Buffer.alloc(BLOCKS_PER_WRITE * BLOCK_BYTES);
      for (let first = 0; first < BLOCKS; first += BLOCKS_PER_WRITE) {
        for (let i = 0; i < BLOCKS_PER_WRITE; i++) chunk.writeUInt32LE(first + i, i * BLOCK_BYTES);
        for (let written = 0; written < chunk.length;) written += writeSync(fd, chunk, written);
      }
      // Written back now and not while something is measured.
      fsyncSync(fd);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    } finally {
      closeSync(fd);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
