// The shared memory of a model: every SharedArrayBuffer that its set-up makes, each at an address of its own in one space,
// so that a word is a number. The set-up makes the same ones each time, so they are reused: new ones would keep the garbage
// collector busy.
import type { Memory } from "./model.ts";
import { Word } from "./word.ts";

interface Range {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly elementBytes: number;
}

const alignmentBytes = 8;

// What they are called is something else while a model is explored.
const RealSharedArrayBuffer = SharedArrayBuffer;
const RealUint8Array = Uint8Array;

/** Where the buffers of one execution are, and what the words in them are called. */
export class SharedMemory implements Memory {
  readonly #bases = new Map<unknown, number>();
  readonly #words = new Map<number, Word>();
  #ranges: Range[] = [];
  #endAddress = 0;
  /** Buffers of former executions, in the order in which they were made. */
  readonly #buffers: SharedArrayBuffer[] = [];
  #made = 0;
  /** While it is open, buffers become the model's; afterwards they are their thread's own. */
  #isOpen = false;
  readonly #own = new WeakSet<SharedArrayBuffer>();

  /** Forgets all buffers and takes new ones. */
  open(): void {
    this.#bases.clear();
    this.#ranges = [];
    this.#endAddress = 0;
    this.#made = 0;
    this.#isOpen = true;
  }

  /** The set-up is over. */
  close(): void {
    this.#isOpen = false;
  }

  /** A buffer of so many bytes, all 0. */
  newBuffer(byteLength: number): SharedArrayBuffer {
    if (!this.#isOpen) {
      const own = new RealSharedArrayBuffer(byteLength);
      this.#own.add(own);
      return own;
    }
    let buffer = this.#buffers[this.#made];
    if (buffer?.byteLength === byteLength) new RealUint8Array(buffer).fill(0);
    else buffer = this.#buffers[this.#made] = new RealSharedArrayBuffer(byteLength);
    this.#made++;
    this.#bases.set(buffer, this.#endAddress);
    this.#endAddress += Math.ceil(buffer.byteLength / alignmentBytes) * alignmentBytes;
    return buffer;
  }

  /** The address of a buffer's first byte, if it is a buffer, and the model's. */
  baseOf(buffer: unknown): number | undefined {
    return this.#bases.get(buffer);
  }

  /** Whether a buffer is a thread's own. */
  isOwn(buffer: SharedArrayBuffer): boolean {
    return this.#own.has(buffer);
  }

  /** What is known of the word at an address. */
  word(address: number): Word {
    let word = this.#words.get(address);
    if (word === undefined) {
      word = new Word(address);
      this.#words.set(address, word);
    }
    return word;
  }

  int32Array(name: string, length = 1): Int32Array<SharedArrayBuffer> {
    return this.name(name, new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT)));
  }

  name<View extends ArrayBufferView>(name: string, view: View): View {
    const base = this.#bases.get(view.buffer);
    if (base === undefined) throw new TypeError(`"${name}" is not a view on shared memory of this model.`);
    const start = base + view.byteOffset;
    const elementBytes = "BYTES_PER_ELEMENT" in view ? Number(view.BYTES_PER_ELEMENT) : 1;
    this.#ranges.push({ name, start, end: start + view.byteLength, elementBytes });
    return view;
  }

  /** What an address is called: `top`, `slots[3]`, or by its buffer's number where it was given no name. */
  nameOf(address: number): string {
    let best: Range | undefined;
    for (const range of this.#ranges) {
      if (address < range.start || address >= range.end) continue;
      if (best === undefined || range.end - range.start <= best.end - best.start) best = range;
    }
    if (best !== undefined) {
      const index = (address - best.start) / best.elementBytes;
      return best.end - best.start === best.elementBytes ? best.name : `${best.name}[${index}]`;
    }
    const buffers = [...this.#bases.values()];
    const buffer = buffers.findLastIndex((base) => base <= address);
    return `shared ${buffer + 1}, byte ${address - (buffers[buffer] ?? 0)}`;
  }
}
