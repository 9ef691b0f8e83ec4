// The kernel's side of a ring of provided buffers: takes them in their order, whole or, with incremental consumption, piece by piece.
import type { FakeMemory } from "./fake-memory.ts";

/** A piece of a provided buffer that the kernel has filled. */
export interface Piece {
  readonly id: number;
  /** The buffer has room left, which the next piece begins in. */
  readonly more: boolean;
}

export class FakeBufferRing {
  readonly violations: string[] = [];
  readonly #words: Int32Array;
  readonly #halves: Uint16Array;
  readonly #memory: FakeMemory;
  readonly #incremental: boolean;
  readonly #mask: number;
  #head = 0;
  #seenTail = 0;
  /** How much of the first buffer has been filled. */
  #filled = 0;
  /** Of each buffer: provided, and not yet used up. */
  readonly #here = new Set<number>();

  constructor(entries: ArrayBuffer, memory: FakeMemory, incremental: boolean) {
    this.#words = new Int32Array(entries);
    this.#halves = new Uint16Array(entries);
    this.#memory = memory;
    this.#incremental = incremental;
    this.#mask = entries.byteLength / 16 - 1;
  }

  get isEmpty(): boolean {
    this.#look();
    return this.#here.size === 0;
  }

  /** Fills up to `count` bytes, with what `byteOf` says for each. Returns how many, and where. There must be a buffer. */
  fill(count: number, byteOf: (i: number) => number): { readonly n: number; readonly piece: Piece } {
    this.#look();
    const at = (this.#head & this.#mask) << 2;
    const address = ((this.#words[at + 1] ?? 0) >>> 0) * 0x1_0000_0000 + ((this.#words[at] ?? 0) >>> 0);
    const length = (this.#words[at + 2] ?? 0) - this.#filled;
    const id = this.#halves[((this.#head & this.#mask) << 3) + 6] ?? -1;
    const offset = this.#memory.offsetOf(address);
    if (offset === undefined || length <= 0) {
      this.violations.push(`buffer ${id} of the ring is not memory of its group`);
      return { n: 0, piece: { id, more: false } };
    }
    const n = Math.min(count, length);
    for (let i = 0; i < n; i++) this.#memory.bytes[offset + this.#filled + i] = byteOf(i);
    const more = this.#incremental && n < length;
    if (more) {
      this.#filled += n;
    } else {
      this.#filled = 0;
      this.#head = (this.#head + 1) & 0xffff;
      this.#here.delete(id);
    }
    return { n, piece: { id, more } };
  }

  /** Notes what was provided since the last time. */
  #look(): void {
    const tail = this.#halves[7] ?? 0;
    for (; this.#seenTail !== tail; this.#seenTail = (this.#seenTail + 1) & 0xffff) {
      const id = this.#halves[((this.#seenTail & this.#mask) << 3) + 6] ?? -1;
      if (this.#here.has(id)) this.violations.push(`buffer ${id} was provided while the kernel had it`);
      this.#here.add(id);
    }
    if (this.#here.size > this.#mask + 1) this.violations.push("more buffers were provided than the ring holds");
  }
}
