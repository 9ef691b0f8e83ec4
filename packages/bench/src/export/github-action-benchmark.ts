// The JSON of github-action-benchmark's tools customSmallerIsBetter and customBiggerIsBetter: an array of { name, unit, value, range, extra }
// (https://github.com/benchmark-action/github-action-benchmark). A file has one direction, so a run has two of them. In `range` the action
// looks for a number behind the sign, to show it in another unit.
import { figure } from "../claims/index.ts";
import type { MetricRecord } from "../record/metric.ts";
import type { Run } from "../record/run.ts";
import { labelOf, measuresOf } from "./measures.ts";

const UNITS: Readonly<Record<MetricRecord["unit"], string>> = {
  ns: "ns",
  bytes: "bytes",
  count: "count",
  share: "share",
  "per-second": "per second",
};

/** @param better the direction of the metrics that are wanted */
export function formatGithubActionBenchmark(run: Run, better: MetricRecord["better"]): string {
  const entries = measuresOf(run)
    .filter(({ metric }) => metric.better === better)
    .map((measure) => {
      const { place, metric, estimate, byRound } = measure;
      const rounds = byRound.size;
      const entry = { name: `${place}: ${labelOf(measure)}`, unit: UNITS[metric.unit], value: estimate.value };
      if (rounds === 1) return { ...entry, extra: "one round" };
      return {
        ...entry,
        range: `± ${(estimate.high - estimate.low) / 2}`,
        extra: `median of ${rounds} rounds, 95 % interval ${figure(estimate.low)} to ${figure(estimate.high)}`,
      };
    });
  return `${JSON.stringify(entries, undefined, 2)}\n`;
}
