// What is read off an observation: the metrics that every scenario can use, and the shape of those that one declares for itself.

/** A quantity that a scenario is judged by. A record names its metrics in full, so that it can be read without this program. */
export interface MetricRecord {
  /** A standard metric's id, or the name of the counter that holds the value. */
  readonly id: string;
  /** As it reads after "in": "ahead in throughput", "ahead in p99 lateness". */
  readonly label: string;
  readonly unit: "ns" | "bytes" | "count" | "share" | "per-second";
  readonly better: "higher" | "lower";
  /** The counter is a total over all operations, and what counts is its share in each of them. */
  readonly per?: "operation";
}

/** The ids of the metrics that are read from an observation's own fields. */
export type StandardId = "throughput" | "cpu" | "user" | "p50" | "p99" | "p999" | "time" | "bytes" | "syscalls";

/** Metrics that are read from an observation's own fields. */
export const STANDARD: Readonly<Record<StandardId, MetricRecord>> = {
  throughput: { id: "throughput", label: "throughput", unit: "per-second", better: "higher" },
  cpu: { id: "cpu", label: "CPU time per operation", unit: "ns", better: "lower" },
  user: { id: "user", label: "CPU time in user mode per operation", unit: "ns", better: "lower" },
  p50: { id: "p50", label: "median latency", unit: "ns", better: "lower" },
  p99: { id: "p99", label: "p99 latency", unit: "ns", better: "lower" },
  p999: { id: "p999", label: "p99.9 latency", unit: "ns", better: "lower" },
  time: { id: "time", label: "time per operation", unit: "ns", better: "lower" },
  bytes: { id: "bytes", label: "memory per operation", unit: "bytes", better: "lower" },
  syscalls: { id: "syscalls", label: "system calls per operation", unit: "count", better: "lower" },
};
