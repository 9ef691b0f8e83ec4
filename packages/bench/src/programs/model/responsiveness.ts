// The heavy task that yields now and then, and how late the light ones beside it become.

/** Light tasks that want to run this often, each. */
export const LIGHT_TASKS = 10;
export const PERIOD_MS = 2;

/** Rounds of one item: enough for about 100 ns. */
const ROUNDS = 60;

/**
 * One item of work, in 32 bits without a sign: each round needs the one before, and no compiler folds them into fewer steps. From
 * "Xorshift RNGs", G. Marsaglia, Journal of Statistical Software 8 (2003).
 */
export function heavyItem(value: number): number {
  let x = value;
  for (let round = 0; round < ROUNDS; round++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x >>> 0;
}

/** What the heavy task computes from 1 in so many items. */
export function heavyResult(items: number): number {
  let value = 1;
  for (let item = 0; item < items; item++) value = heavyItem(value);
  return value;
}

/** How late each light turn began, in ms. */
export class Lateness {
  private readonly samplesMs: number[] = [];

  record(lateMs: number): void {
    this.samplesMs.push(Math.max(0, lateMs));
  }

  counters(): { readonly p99LatenessNs: number; readonly turns: number } {
    const sorted = this.samplesMs.toSorted((a, b) => a - b);
    const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0;
    return { p99LatenessNs: p99 * 1e6, turns: sorted.length };
  }
}
