// A slab: one mapping of native memory, cut into buffers of one size.
// The mapping goes when its ArrayBuffer is unreachable or detached, and never while one of its buffers is lent: then the kernel
// may hold its address. The count of lent buffers is in the mapping itself, where the native side sees it also when this
// thread is torn down.
import { systemError } from "./errors.ts";
import { native } from "./native.ts";

const ADDRESS_HALF = 2 ** 32;

/** A buffer's place in its slab. Passed from one {@link IoBuffer} to the next. */
export interface Slot {
  readonly slab: Slab;
  readonly offsetBytes: number;
  /** The lower and the upper half of the address, as int32. */
  readonly addressLow: number;
  readonly addressHigh: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class Slab {
  /** What native calls know it by. */
  readonly id: number;
  /** Its pool was closed: the buffers that were not lent then are freed, the others are when they come back. */
  retired = false;
  readonly #buffer: ArrayBuffer;
  readonly #address: number;
  readonly #lent: Int32Array;

  /** @throws SystemError ENOMEM */
  constructor(bytes: number) {
    const created = native().createSlab(bytes);
    if (typeof created === "number") throw systemError(created, "mmap");
    const { id, buffer, addressLow, addressHigh } = created;
    this.id = id;
    this.#buffer = buffer;
    // A user-space address has at most 57 bits, of which the low ones that a double would lose are 0: it is page-aligned.
    this.#address = (addressHigh >>> 0) * ADDRESS_HALF + (addressLow >>> 0);
    this.#lent = new Int32Array(buffer, buffer.byteLength - Int32Array.BYTES_PER_ELEMENT, 1);
  }

  get lent(): number {
    return this.#lent[0] ?? 0;
  }

  /** Counts one buffer more (1) or less (-1) as lent. */
  countLent(change: 1 | -1): void {
    this.#lent[0] = this.lent + change;
  }

  slot(offsetBytes: number, lengthBytes: number): Slot {
    return {
      slab: this,
      offsetBytes,
      addressLow: (this.#address + offsetBytes) | 0,
      addressHigh: Math.floor((this.#address + offsetBytes) / ADDRESS_HALF) | 0,
      bytes: new Uint8Array(this.#buffer, offsetBytes, lengthBytes),
    };
  }

  /** Gives the memory back to the system. Nothing may be lent. */
  unmap(): void {
    const result = native().destroySlab(this.id, this.#buffer);
    if (result < 0) throw systemError(result, "munmap");
  }
}
