// Where each read of the file scenario goes: the same pseudo-random sequence in every contender with one thread, those in C included.

export const BLOCK_BYTES = 4096;

/** Marsaglia's xorshift32, scaled to the number of blocks by a multiplication. */
export class BlockSequence {
  private state: number;
  private readonly blocks: number;

  constructor(seed: number, blocks: number) {
    this.state = seed | 0 || 1;
    this.blocks = blocks;
  }

  /** The number of the next block to read. */
  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    // The product has at most 53 bits for files below 8 GiB, so the floor is exact.
    return Math.floor(((x >>> 0) * this.blocks) / 0x1_0000_0000);
  }
}

/** Every block begins with its own number. @throws Error when the bytes are those of another block */
export function checkBlock(bytes: Uint8Array, n: number, block: number): void {
  const found = (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
  if (n !== BLOCK_BYTES || found !== block) {
    throw new Error(`read ${n} bytes of block ${found} where ${BLOCK_BYTES} of block ${block} were expected`);
  }
}
