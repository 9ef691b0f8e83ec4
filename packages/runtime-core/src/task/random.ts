// The runtime's source of randomness for fairness: cheap, seedable, not for secrets.

/** Marsaglia's xorshift32 (Xorshift RNGs, Journal of Statistical Software 8(14), 2003). */
export class FairnessRandom {
  private state: number;

  /** @param seed the same seed gives the same choices. */
  constructor(seed: number) {
    this.state = seed | 0 || 1;
  }

  /** An integer from 0 to `bound` - 1. */
  below(bound: number): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    // The high bits are the better ones: scale instead of taking the remainder.
    return Math.floor(((x >>> 0) / 0x1_0000_0000) * bound);
  }
}
