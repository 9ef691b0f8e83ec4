// The work that only computes: chunks that are hashed and compressed. Each chunk follows from its number, so nothing is passed around.
import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";

const CHUNK_BYTES = 65_536;
const template = Buffer.alloc(CHUNK_BYTES);
// Half noise, half pattern, as documents are: Marsaglia's xorshift.
for (let at = 0, x = 1; at < CHUNK_BYTES; at++) {
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  template[at] = at % 2 === 0 ? x & 0xff : at & 0x0f;
}

/** About a millisecond: the first bytes of the chunk's hash, and how small it became. */
export function processChunk(index: number): number {
  const chunk = Buffer.from(template);
  chunk.writeUInt32LE(index);
  const hash = createHash("sha256").update(chunk).digest().readUInt16LE();
  return hash + deflateRawSync(chunk, { level: 1 }).length;
}
