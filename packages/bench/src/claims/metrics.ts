// What can be read off an observation, and which way is better.
import type { Observation, ScenarioRecord } from "../record/run.ts";
import { histogramQuantileNs } from "../statistics/index.ts";

export interface Metric {
  readonly id: "throughput" | "cpu" | "p50" | "p99" | "time" | "bytes";
  /** As it reads after "in": "ahead in throughput". */
  readonly label: string;
  readonly better: "higher" | "lower";
  /** What the one ahead is: "below it plain blocking code is faster". */
  readonly comparative: string;
  /** Whether a value is a rate per second, a time in ns or an amount of bytes. */
  readonly dimension: "rate" | "time" | "bytes";
  /** Positive, in operations per second, ns or bytes; undefined where the observation has no such thing. */
  readonly of: (observation: Observation) => number | undefined;
}

const throughput: Metric = {
  id: "throughput",
  label: "throughput",
  better: "higher",
  comparative: "faster",
  dimension: "rate",
  of: ({ operations, elapsedNs }) => positive((operations / elapsedNs) * 1e9),
};

const cpu: Metric = {
  id: "cpu",
  label: "CPU time per operation",
  better: "lower",
  comparative: "cheaper",
  dimension: "time",
  of: ({ cpuNs, operations }) => positive(cpuNs / operations),
};

const p50: Metric = latencyMetric("p50", "median latency", 0.5);
const p99: Metric = latencyMetric("p99", "p99 latency", 0.99);

const time: Metric = {
  id: "time",
  label: "time per operation",
  better: "lower",
  comparative: "faster",
  dimension: "time",
  of: ({ operations, elapsedNs }) => positive(elapsedNs / operations),
};

const bytes: Metric = {
  id: "bytes",
  label: "memory per operation",
  better: "lower",
  comparative: "smaller",
  dimension: "bytes",
  of: ({ operations, heldBytes }) => positive(heldBytes === undefined ? undefined : heldBytes / operations),
};

const DEPTH_METRICS: readonly Metric[] = [time];
const SINGLE_METRICS = { time, cpu, bytes } as const;
const CONCURRENCY_METRICS: readonly Metric[] = [throughput, cpu, p50, p99];

/** The metrics of a scenario. Along a depth one thing runs at a time, and its duration says more than a rate. */
export function metricsOf(scenario: ScenarioRecord): readonly Metric[] {
  if (scenario.measures !== undefined) return [SINGLE_METRICS[scenario.measures]];
  return scenario.factor === "depth" ? DEPTH_METRICS : CONCURRENCY_METRICS;
}

function latencyMetric(id: "p50" | "p99", label: string, share: number): Metric {
  return {
    id,
    label,
    better: "lower",
    comparative: "quicker to answer",
    dimension: "time",
    of: ({ latency }) => (latency === undefined ? undefined : positive(histogramQuantileNs(latency, share))),
  };
}

/** Ratios are taken of what this lets through, so it lets through only what has a logarithm. */
function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}
