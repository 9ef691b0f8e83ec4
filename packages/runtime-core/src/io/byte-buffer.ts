// A queue of bytes in one piece of memory: appended at the end, taken from the beginning.
//
//     memory:  | consumed | bytes | spare |
//              0        start    end   capacity

const LEAST_CAPACITY_BYTES = 64;

const NO_BYTES = new Uint8Array(0);

/** Bytes that wait to be decoded, written or read. It grows as needed, and reuses its memory. */
export class ByteBuffer {
  private memory: Uint8Array = NO_BYTES;
  private start = 0;
  private end = 0;

  /** How many bytes there are. */
  get byteLength(): number {
    return this.end - this.start;
  }

  /** What is there. The view holds until the next call of a method that changes the buffer. */
  get bytes(): Uint8Array {
    return this.memory.subarray(this.start, this.end);
  }

  /** The byte at `index`, counted from the first that is there; cheaper than `bytes[index]`. @throws RangeError beyond the last */
  byteAt(index: number): number {
    if (!(index >= 0 && index < this.end - this.start)) {
      throw new RangeError(`expected an index from 0 to ${this.byteLength - 1}, got ${index}`);
    }
    return this.memory[this.start + index];
  }

  /** At least `least` bytes of memory behind the contents, to be filled before `commit`. */
  spare(least: number): Uint8Array {
    if (this.memory.byteLength - this.end < least) this.makeRoom(least);
    return this.memory.subarray(this.end);
  }

  /** Says that the first `n` bytes of `spare` are contents now. */
  commit(n: number): void {
    if (!(n >= 0 && n <= this.memory.byteLength - this.end)) {
      throw new RangeError(`expected to commit 0 to ${this.memory.byteLength - this.end} bytes, got ${n}`);
    }
    this.end += n;
  }

  /** Copies `bytes` to the end. */
  append(bytes: Uint8Array): void {
    const n = bytes.byteLength;
    if (this.memory.byteLength - this.end < n) this.makeRoom(n);
    this.memory.set(bytes, this.end);
    this.end += n;
  }

  /** Takes the first `n` bytes away. @throws RangeError when there are fewer */
  consume(n: number): void {
    if (!(n >= 0 && n <= this.end - this.start)) {
      throw new RangeError(`expected to consume 0 to ${this.byteLength} bytes, got ${n}`);
    }
    this.start += n;
    if (this.start === this.end) this.start = this.end = 0;
  }

  /** Takes the first `n` bytes away and returns a copy of them. @throws RangeError when there are fewer */
  take(n: number): Uint8Array {
    const taken = this.memory.slice(this.start, this.start + n);
    this.consume(n);
    return taken;
  }

  /** Takes everything away. */
  clear(): void {
    this.start = this.end = 0;
  }

  private makeRoom(least: number): void {
    const { memory, start, end } = this;
    const used = end - start;
    // Moving is worth it when it frees as much as it moves: then a byte is moved once on average.
    if (start >= used && memory.byteLength - used >= least) {
      memory.copyWithin(0, start, end);
    } else {
      this.memory = new Uint8Array(Math.max(LEAST_CAPACITY_BYTES, 2 * memory.byteLength, used + least));
      this.memory.set(memory.subarray(start, end));
    }
    this.start = 0;
    this.end = used;
  }
}
