// Buffers of one size, out of slabs of native memory that are mapped as they are needed.
import { IoBuffer, type SlotOwner } from "./io-buffer.ts";
import { Slab, type Slot } from "./slab.ts";

/** Sizes of a pool. */
export interface BufferPoolOptions {
  /** The size of each buffer. */
  readonly bufferBytes: number;
  /** How much memory is mapped at a time: 1 MiB unless given, and never less than one buffer. */
  readonly slabBytes?: number;
}

/** What a pool has given out. */
export interface BufferCounts {
  /** Buffers that were taken and not yet freed. */
  readonly taken: number;
  /** Those of them that an operation has, orphans included. */
  readonly lent: number;
  readonly slabs: number;
}

const DEFAULT_SLAB_BYTES = 1024 * 1024;

/** Buffers begin at cache lines, so that two of them never share one; those of whole pages begin at pages. */
const ALIGNMENT_BYTES = 64;

/** A source of {@link IoBuffer}s, used by one thread. */
export class BufferPool {
  readonly bufferBytes: number;
  readonly #slabBytes: number;
  readonly #owner: SlotOwner;
  readonly #slabs = new Set<Slab>();
  /** Last in, first out: the buffer that was used last is the one in the cache. */
  #idle: Slot[] = [];
  #taken = 0;
  #closed = false;

  /** @throws RangeError when a size is not a positive integer, or beyond 1 GiB */
  constructor({ bufferBytes, slabBytes = DEFAULT_SLAB_BYTES }: BufferPoolOptions) {
    requireSize("bufferBytes", bufferBytes);
    requireSize("slabBytes", slabBytes);
    this.bufferBytes = bufferBytes;
    this.#slabBytes = Math.max(slabBytes, strideOf(bufferBytes));
    this.#owner = {
      reclaim: (slot) => {
        this.#taken--;
        this.#idle.push(slot);
      },
      retire: (slab) => {
        this.#unmap(slab);
      },
    };
  }

  /** A buffer with arbitrary contents. @throws SystemError ENOMEM, Error when the pool is closed */
  take(): IoBuffer {
    if (this.#closed) throw new Error("this buffer pool is closed; take buffers before its driver is closed");
    const slot = this.#idle.pop() ?? this.#grow();
    this.#taken++;
    return new IoBuffer(this.#owner, slot);
  }

  get counts(): BufferCounts {
    let lent = 0;
    for (const slab of this.#slabs) lent += slab.lent;
    return { taken: this.#closed ? lent : this.#taken, lent, slabs: this.#slabs.size };
  }

  /** Frees every buffer, those that an operation has as soon as it gives them back. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#idle = [];
    for (const slab of this.#slabs) {
      slab.retired = true;
      if (slab.lent === 0) this.#unmap(slab);
    }
  }

  #unmap(slab: Slab): void {
    slab.unmap();
    this.#slabs.delete(slab);
  }

  /** Maps a slab and returns the first of its slots; the others are idle. */
  #grow(): Slot {
    const slab = new Slab(this.#slabBytes);
    this.#slabs.add(slab);
    const stride = strideOf(this.bufferBytes);
    const first = slab.slot(0, this.bufferBytes);
    for (let offset = Math.floor(this.#slabBytes / stride - 1) * stride; offset > 0; offset -= stride) {
      this.#idle.push(slab.slot(offset, this.bufferBytes));
    }
    return first;
  }
}

const MAX_BYTES = 1024 ** 3;

function strideOf(bufferBytes: number): number {
  return Math.ceil(bufferBytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

function requireSize(name: string, bytes: number): void {
  if (Number.isInteger(bytes) && bytes > 0 && bytes <= MAX_BYTES) return;
  throw new RangeError(`${name}: expected a whole number of bytes from 1 to ${MAX_BYTES}, got ${bytes}`);
}
