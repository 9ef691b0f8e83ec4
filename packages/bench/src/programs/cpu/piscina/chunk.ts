import { processChunk } from "../chunks.ts";

/** One chunk, in a thread of the pool. */
export function chunk(index: number): number {
  return processChunk(index);
}
