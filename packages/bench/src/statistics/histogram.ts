// Reading latency histograms. A bucket says that its values lie between its lower bound and the next filled bucket's; at the
// generator's 1/64 relative width the bound itself is within 1.6 % of every value, so that is what a percentile returns.
import type { LatencyHistogram } from "../record/run.ts";

/** The lower bound, in ns, of the bucket that holds the value at rank `ceil(p * count)` (nearest rank); undefined when empty. */
export function histogramQuantileNs(histogram: LatencyHistogram, p: number): number | undefined {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(p * total));
  let seen = 0;
  for (const [index, count] of histogram.counts.entries()) {
    seen += count;
    if (seen >= rank) return histogram.lowestNs[index];
  }
  return undefined;
}
