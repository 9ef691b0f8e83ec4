// A hash of what a thread or a word has been through, so that schedules which differ only in the order of operations that
// do not touch each other are known to lead to the same state. Two lanes of 32 bits; 53 bits of them make a key.

/** Grows by what is mixed into it. */
export class History {
  high = 0;
  low = 0;

  clear(seed: number): void {
    this.high = Math.imul(seed + 1, 0x9e3779b1);
    this.low = Math.imul(seed + 1, 0x85ebca77);
  }

  mix(high: number, low: number): void {
    this.high = scramble(this.high, high);
    this.low = scramble(this.low, low ^ this.high);
  }

  copy(other: History): void {
    this.high = other.high;
    this.low = other.low;
  }

  key(): number {
    return (this.high >>> 0) * 0x200000 + (this.low >>> 11);
  }
}

/** One round of MurmurHash3. */
function scramble(hash: number, value: number): number {
  let mixed = Math.imul(value, 0xcc9e2d51);
  mixed = (mixed << 15) | (mixed >>> 17);
  mixed = hash ^ Math.imul(mixed, 0x1b873593);
  mixed = (mixed << 13) | (mixed >>> 19);
  return (Math.imul(mixed, 5) + 0xe6546b64) | 0;
}
