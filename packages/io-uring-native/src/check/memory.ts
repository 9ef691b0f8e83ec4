// Native memory at known addresses, for the arguments of system calls. Handed out front to back, and taken back all at once.
// Relies on: addresses of user space, which a number holds exactly.
import { BufferPool, type IoBuffer } from "@pollab/io-sys";

const TOTAL_BYTES = 256 * 1024;
const PAGE_BYTES = 4096;
const ADDRESS_HALF = 2 ** 32;

/** A piece of memory, filled with zeros. */
export class Region {
  readonly address: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;

  constructor(address: number, bytes: Uint8Array<ArrayBuffer>) {
    this.address = address;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(offset: number, value: number): this {
    this.#view.setUint16(offset, value, true);
    return this;
  }

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  u64(offset: number, value: number): this {
    this.#view.setUint32(offset, value % ADDRESS_HALF, true);
    this.#view.setUint32(offset + 4, Math.floor(value / ADDRESS_HALF), true);
    return this;
  }

  readU8(offset: number): number {
    return this.#view.getUint8(offset);
  }

  readU16(offset: number): number {
    return this.#view.getUint16(offset, true);
  }

  readI32(offset: number): number {
    return this.#view.getInt32(offset, true);
  }

  readU32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }
}

export class Memory {
  readonly #pool: BufferPool = new BufferPool({ bufferBytes: TOTAL_BYTES, slabBytes: TOTAL_BYTES + PAGE_BYTES });
  readonly #buffer: IoBuffer = this.#pool.take();
  #used = 0;

  /** @throws RangeError when there is no more */
  take(lengthBytes: number, alignmentBytes: number = 16): Region {
    const start = Math.ceil(this.#used / alignmentBytes) * alignmentBytes;
    if (start + lengthBytes > TOTAL_BYTES) throw new RangeError(`no ${lengthBytes} bytes left`);
    this.#used = start + lengthBytes;
    const bytes = this.#buffer.bytes.subarray(start, start + lengthBytes).fill(0);
    return new Region(this.#address + start, bytes);
  }

  /** Whole pages, of which the memory of rings is made. */
  takePages(count: number): Region {
    return this.take(count * PAGE_BYTES, PAGE_BYTES);
  }

  /** Text and the zero that ends it in C. */
  text(text: string): Region {
    const encoded = new TextEncoder().encode(text);
    const region = this.take(encoded.byteLength + 1);
    region.bytes.set(encoded);
    return region;
  }

  /** What was taken may be given out again: nothing of the kernel's may point to it any more. */
  reuse(): void {
    this.#used = 0;
  }

  close(): void {
    this.#buffer.free();
    this.#pool.close();
  }

  get #address(): number {
    return (this.#buffer.addressHigh >>> 0) * ADDRESS_HALF + (this.#buffer.addressLow >>> 0);
  }
}
