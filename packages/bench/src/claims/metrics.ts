// Reading metrics off observations: the standard ones from their fields, all others from the counter of their name.
import type { MetricRecord } from "../record/metric.ts";
import type { Observation, ScenarioRecord } from "../record/run.ts";
import { histogramQuantileNs } from "../statistics/index.ts";

/** A metric that can be read. */
export interface Metric extends MetricRecord {
  /** What the one ahead is: "below it plain blocking code is faster". */
  readonly comparative: string;
  /** In the metric's unit; undefined where the observation has no such thing. */
  readonly of: (observation: Observation) => number | undefined;
}

type Reading = Pick<Metric, "comparative" | "of">;

const READINGS: Readonly<Record<string, Reading>> = {
  throughput: { comparative: "faster", of: ({ operations, elapsedNs }) => (operations / elapsedNs) * 1e9 },
  cpu: { comparative: "cheaper", of: ({ cpuNs, operations }) => cpuNs / operations },
  user: { comparative: "cheaper", of: ({ cpuUserNs, operations }) => cpuUserNs / operations },
  p50: latency(0.5),
  p99: latency(0.99),
  p999: latency(0.999),
  time: { comparative: "faster", of: ({ operations, elapsedNs }) => elapsedNs / operations },
  bytes: {
    comparative: "smaller",
    of: ({ operations, heldBytes }) => (heldBytes === undefined ? undefined : heldBytes / operations),
  },
  syscalls: { comparative: "cheaper", of: ({ syscallsPerOperation }) => syscallsPerOperation },
};

/** The metrics of a scenario, the one that it is about first. */
export function metricsOf(scenario: ScenarioRecord): readonly Metric[] {
  return scenario.metrics.map((metric) => ({ ...metric, ...(READINGS[metric.id] ?? counter(metric)) }));
}

function counter({ id, better, per }: MetricRecord): Reading {
  return {
    comparative: better === "lower" ? "lower" : "higher",
    of: ({ counters, operations }) => {
      const value = counters?.[id];
      return value !== undefined && per === "operation" ? value / operations : value;
    },
  };
}

function latency(share: number): Reading {
  return {
    comparative: "quicker to answer",
    of: ({ latency: histogram }) => (histogram === undefined ? undefined : histogramQuantileNs(histogram, share)),
  };
}
