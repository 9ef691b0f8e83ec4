// Flow control: floods of tasks, queues that grow, locks, what channels are for, pipelines with a limit, and folding.
import { STANDARD } from "../../record/metric.ts";
import { KINDS } from "../../programs/flow/channel-kinds.ts";
import { LIMITS_OF_EACH } from "../../programs/flow/jobs.ts";
import { microScenario, sumBelow } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const folder = "flow";
const COROUTINE = ["coroutine", "coroutine (twin)"];
const peakRss = { id: "peakRssBytes", label: "peak resident memory", unit: "bytes", better: "lower" } as const;

export const flow: readonly Scenario[] = [
  microScenario({
    name: "spawn-flood",
    folder,
    isolates: "Starting a fifth of a million jobs, or a million, that each hold 1 KiB for a turn, so many at once.",
    factor: "limit",
    levels: [1, 2, 3, 4, 5, 6],
    levelNames: ["200k", "1M"].flatMap((jobs) => [
      `${jobs}, 100 at once`,
      `${jobs}, 1000 at once`,
      `${jobs}, no limit`,
    ]),
    quickLevels: [1, 3],
    operation: "job",
    metrics: [peakRss, STANDARD.time],
    operations: (level) => (level > LIMITS_OF_EACH ? 1_000_000 : 200_000),
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, "native-async", "tokio"],
  }),
  microScenario({
    name: "back-pressure",
    folder,
    isolates: "A producer of messages of 1 KiB that is ten times faster than its consumer.",
    factor: "channel",
    levels: [1, 2],
    levelNames: ["bounded to 1000", "unbounded"],
    operation: "message",
    metrics: [{ id: "peakQueued", label: "longest queue", unit: "count", better: "lower" }, peakRss],
    operations: () => 50_000,
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, "node-streams", "tokio"],
  }),
  microScenario({
    name: "channel-kinds",
    folder,
    isolates:
      "Passing a value to where it belongs, over the channel that is made for it and over another that would do.",
    factor: "kind",
    levels: KINDS.map((_, index) => index + 1),
    levelNames: KINDS,
    operation: "value",
    // A whole number of bursts for each receiver.
    operations: () => 16 * 64 * 32,
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, "tokio"],
  }),
  microScenario({
    name: "lock-held",
    folder,
    isolates: "Tasks that share a lock and wait 2 ms each: while they hold it, or after they have let go of it.",
    factor: "wait",
    levels: [1, 2],
    levelNames: ["while holding the lock", "after letting go of it"],
    operation: "task",
    operations: () => 50,
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, "tokio"],
  }),
  microScenario({
    name: "lock-or-none",
    folder,
    isolates: "Counting in a loop that awaits once for each step: nothing but what is ready, or a free mutex.",
    factor: "lock",
    levels: [1, 2],
    levelNames: ["none", "mutex"],
    operation: "step",
    operations: () => 100_000,
    result: (_level, operations) => operations,
    contenders: COROUTINE,
  }),
  microScenario({
    name: "buffered",
    folder,
    isolates: "A pipeline of a thousand steps of 2 ms, so many at a time (of a hundred where it is one at a time).",
    factor: "at a time",
    levels: [1, 10, 100],
    operation: "step",
    metrics: [STANDARD.time, { id: "peakConcurrency", label: "most steps at a time", unit: "count", better: "lower" }],
    // One at a time takes the same for each of a hundred as for each of a thousand.
    operations: (level) => (level === 1 ? 100 : 1000),
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, "p-limit", "effect"],
  }),
  microScenario({
    name: "fold-or-collect",
    folder,
    isolates: "Adding up a stream of ten million numbers, one by one or from an array of all of them.",
    factor: "way",
    levels: [1, 2],
    levelNames: ["fold", "collect"],
    operation: "item",
    metrics: [
      { id: "grownBytes", label: "growth of the peak resident memory", unit: "bytes", better: "lower" },
      STANDARD.time,
    ],
    operations: () => 10_000_000,
    result: (_level, operations) => sumBelow(operations),
    contenders: COROUTINE,
  }),
];
