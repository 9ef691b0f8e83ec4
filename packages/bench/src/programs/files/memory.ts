// Memory for reads by node:fs. Reads past the page cache need it aligned, which the engine's own is not; so everybody gets such memory.
import { BufferPool } from "@pollab/io-sys";
import { BLOCK_BYTES } from "./positions.ts";

/** So many pieces, at least one, each beginning at a multiple of the size of a page. They live as long as the process. */
export function alignedMemory(count: number, readBytes: number): [Uint8Array, ...Uint8Array[]] {
  const pool = new BufferPool({ bufferBytes: Math.ceil(readBytes / BLOCK_BYTES) * BLOCK_BYTES });
  const piece = (): Uint8Array => pool.take().bytes.subarray(0, readBytes);
  return [piece(), ...Array.from({ length: count - 1 }, piece)];
}
