// Where each read of the file scenarios goes, and what must be there: the same pseudo-random sequence in every contender with one thread, those in C included.

export const BLOCK_BYTES = 4096;

/** From the beginning of one read to that of the next: reads begin with a block. */
export function strideOf(readBytes: number): number {
  return Math.max(readBytes, BLOCK_BYTES);
}

/** Marsaglia's xorshift32, scaled to the number of reads that fit into the file by a multiplication. */
export class PositionSequence {
  private state: number;
  private readonly reads: number;

  constructor(seed: number, reads: number) {
    this.state = seed | 0 || 1;
    this.reads = reads;
  }

  /** The number of the next read. */
  next(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    // The product has at most 53 bits for files below 8 GiB, so the floor is exact.
    return Math.floor(((x >>> 0) * this.reads) / 0x1_0000_0000);
  }
}

/** Every block begins with its own number. @throws Error when the bytes are not those of the file at `offset` */
export function checkRead(bytes: Uint8Array, n: number, readBytes: number, offset: number): void {
  const found = (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
  if (n !== readBytes || found * BLOCK_BYTES !== offset) {
    throw new Error(`read ${n} bytes of block ${found} where ${readBytes} at ${offset} were expected`);
  }
}
