// A list of ranges of slabs, as one argument of a vectored system call. Kept and filled again, so that a call allocates nothing.
import type { IoBuffer } from "./io-buffer.ts";

/** How many ranges one system call takes: IOV_MAX. */
export const MAX_RANGES = 1024;

const WORDS_EACH = 3;
const FIRST_CAPACITY = 8;

/** Ranges of lent buffers, in order. */
export class SlabRanges {
  /** Of each range: the slab's id, the offset and the length. */
  words: Uint32Array = new Uint32Array(FIRST_CAPACITY * WORDS_EACH);
  count = 0;

  /** Leaves none. */
  clear(): void {
    this.count = 0;
  }

  /** Adds the bytes from `start` to `end` of a buffer, which the caller has lent. */
  push(buf: IoBuffer, start: number, end: number): void {
    const at = this.count * WORDS_EACH;
    if (at === this.words.length) {
      const grown = new Uint32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[at] = buf.slab;
    this.words[at + 1] = buf.offsetBytes + start;
    this.words[at + 2] = end - start;
    this.count++;
  }
}
