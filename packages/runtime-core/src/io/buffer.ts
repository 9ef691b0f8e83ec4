// Memory that an operation can own. A driver's package says how it is allocated; this is what programs rely on.

/**
 * A buffer that passes from its holder to an operation and back. While an operation has it, and after it was freed, touching
 * `bytes` throws.
 */
export interface OwnedBuffer {
  /** The whole buffer, to read and write. Fetch it anew after each operation instead of keeping it. */
  readonly bytes: Uint8Array;
  readonly capacityBytes: number;
  /** Gives the memory back to its pool. Idempotent. */
  free(): void;
}

/** Where owned buffers come from. */
export interface BufferSource<B extends OwnedBuffer> {
  /** The size of each buffer. */
  readonly bufferBytes: number;
  /** A buffer that nobody else has, with whatever its last holder left in it. */
  take(): B;
}

/** What a finished read or write returns: how many bytes moved, and the buffer. */
export interface Transfer<B extends OwnedBuffer> {
  readonly n: number;
  readonly buf: B;
}
