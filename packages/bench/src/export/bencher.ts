// Bencher Metric Format, which `bencher run --adapter json` reads: benchmarks by name, and in each its measures by name, with a value and
// its bounds (https://bencher.dev/docs/reference/bencher-metric-format). A benchmark's name has at most 1024 bytes and a measure's 64.
import type { Run } from "../record/run.ts";
import { measuresOf } from "./measures.ts";

interface BencherMetric {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
}

const MOST_BENCHMARK_BYTES = 1024;
const MOST_MEASURE_BYTES = 64;

/** All metrics of a run; those of a single round have no bounds. */
export function formatBencher(run: Run): string {
  const benchmarks: Record<string, Record<string, BencherMetric>> = {};
  for (const { place, metric, estimate, byRound } of measuresOf(run)) {
    const { value, low, high } = estimate;
    const measures = (benchmarks[within(place, MOST_BENCHMARK_BYTES)] ??= {});
    measures[within(metric.id, MOST_MEASURE_BYTES)] =
      byRound.size === 1 ? { value } : { value, lower_value: low, upper_value: high };
  }
  return `${JSON.stringify(benchmarks, undefined, 2)}\n`;
}

/** Cut at the front, as names differ most at their ends; without blanks at either end, which Bencher refuses. */
function within(name: string, bytes: number): string {
  let cut = name.replaceAll(/\s+/g, " ").trim();
  while (Buffer.byteLength(cut) > bytes) cut = Array.from(cut).slice(1).join("").trim();
  return cut;
}
