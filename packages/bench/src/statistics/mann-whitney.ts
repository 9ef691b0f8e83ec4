// The rank-sum test of Mann and Whitney (1947): whether values of one sample tend to be larger than those of another, whatever their
// distribution. For samples that are not paired, such as two runs at different times.
import { normalShareBelow } from "./student.ts";

export interface RankSum {
  /** How many pairs have the first sample's value ahead; a tie counts one half. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
  /** Counted over all arrangements, or from the normal distribution with corrections for ties and continuity. */
  readonly method: "exact" | "normal";
}

/** Up to so many pairs of values, and without ties, all arrangements are counted. R does so below 50 values in each sample. */
const MOST_EXACT_PAIRS = 2500;

export function mannWhitney(first: readonly number[], second: readonly number[]): RankSum {
  if (first.length === 0 || second.length === 0) throw new RangeError("both samples need at least one value");
  const u = pairsAhead(first, second);
  const ties = tieSizes([...first, ...second]);
  const pairs = first.length * second.length;
  if (ties.every((size) => size === 1) && pairs <= MOST_EXACT_PAIRS) {
    return { u, p: Math.min(1, 2 * exactTail(Math.min(u, pairs - u), first.length, second.length)), method: "exact" };
  }
  const count = first.length + second.length;
  const tied = ties.reduce((sum, size) => sum + (size ** 3 - size), 0);
  const variance = (pairs / 12) * (count + 1 - tied / (count * (count - 1)));
  const distance = Math.max(0, Math.abs(u - pairs / 2) - 0.5);
  const p = variance === 0 ? 1 : 2 * normalShareBelow(-distance / Math.sqrt(variance));
  return { u, p: Math.min(1, p), method: "normal" };
}

function pairsAhead(first: readonly number[], second: readonly number[]): number {
  let u = 0;
  for (const a of first) for (const b of second) u += a > b ? 1 : a === b ? 0.5 : 0;
  return u;
}

function tieSizes(values: readonly number[]): number[] {
  return [...Map.groupBy(values, (value) => value).values()].map((group) => group.length);
}

/** The chance of `u` or less: arrangements are counted by the recurrence over the largest value of all, which is of one sample or the other. */
function exactTail(u: number, first: number, second: number): number {
  // ways[j][k]: arrangements of i values of the first sample and j of the second that have exactly k pairs ahead.
  let ways: Float64Array[] = Array.from({ length: second + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= first; i += 1) {
    const next: Float64Array[] = [Float64Array.of(1)];
    for (let j = 1; j <= second; j += 1) {
      const counts = new Float64Array(i * j + 1);
      for (const [k, count] of (ways[j] ?? []).entries()) counts[k + j] = (counts[k + j] ?? 0) + count;
      for (const [k, count] of (next[j - 1] ?? []).entries()) counts[k] = (counts[k] ?? 0) + count;
      next.push(counts);
    }
    ways = next;
  }
  const counts = ways[second] ?? Float64Array.of(1);
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.subarray(0, u + 1).reduce((sum, count) => sum + count, 0) / all;
}
