// What each further function that awaits another costs: in calls, and in memory. What it costs to go on after a wait is "resume".
import { STANDARD } from "../../record/metric.ts";
import { microScenario, sumBelow } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const folder = "depth";
const levels = [1, 10, 100, 1000];
const quickLevels = [1, 1000];
const WAITING = [
  "callbacks",
  "native-async",
  "coroutine",
  "coroutine (twin)",
  "hand-written",
  "down-levelled",
  "tokio",
];

export const depth: readonly Scenario[] = [
  microScenario({
    name: "call-depth",
    folder,
    isolates: "Calling and finishing a chain of so many functions that await each other, when nothing has to wait.",
    factor: "depth",
    levels,
    quickLevels,
    operation: "call of the whole chain",
    operations: (level) => 20_000 / level,
    result: (_level, operations) => sumBelow(operations),
    contenders: ["direct-call", ...WAITING],
  }),
  microScenario({
    name: "suspended-depth",
    folder,
    isolates: "Memory of a task that waits for an event of its own below so many functions that await each other.",
    factor: "depth",
    levels,
    quickLevels,
    operation: "task",
    metrics: [STANDARD.bytes],
    // Enough functions for a figure, and no more than fit into any machine.
    operations: (level) => 20_000 / level,
    result: (_level, operations) => operations,
    contenders: WAITING,
  }),
];
