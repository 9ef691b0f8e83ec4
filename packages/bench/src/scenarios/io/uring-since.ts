// What of io_uring works on this kernel, beside the release that introduced it.
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

export const uringSince: Scenario = microScenario({
  name: "uring-since",
  folder: "io",
  isolates: "Each operation and flag of io_uring, tried, beside the release of Linux that introduced it.",
  factor: "trials",
  levels: [1],
  operation: "trial of everything",
  metrics: [
    { id: "firstFailing", label: "operations and flags of Linux 5.1 that do not work", unit: "count", better: "lower" },
    { id: "first", label: "operations and flags of Linux 5.1", unit: "count", better: "higher" },
    {
      id: "early",
      label: "operations and flags that work and are newer than this kernel",
      unit: "count",
      better: "lower",
    },
    { id: "later", label: "operations and flags that came after Linux 5.1 and work", unit: "count", better: "higher" },
    {
      id: "socketsLater",
      label: "operations to accept, connect, send and receive that came after 5.1",
      unit: "count",
      better: "lower",
    },
  ],
  operations: () => 1,
  result: (_level, operations) => operations,
  contenders: ["single+uring"],
});
