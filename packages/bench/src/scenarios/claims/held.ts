// What waiting tasks and timers keep in memory.
import { STANDARD } from "../../record/metric.ts";
import { native } from "../../runner/command.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const reason = "so many threads are more than a machine should be asked for";

const timersHeld = microScenario({
  name: "timers-held",
  folder: "model",
  isolates: "Starting so many timers of more than an hour, and keeping them: a thread for each, or all of them on one.",
  factor: "timers",
  levels: [10, 1000, 10_000, 100_000, 1_000_000],
  quickLevels: [10, 1000, 100_000],
  operation: "timer",
  metrics: [
    { id: "residentBytes", label: "resident memory per timer", unit: "bytes", better: "lower", per: "operation" },
    STANDARD.cpu,
  ],
  operations: (level) => level,
  result: (_level, operations) => operations,
  contenders: ["threads", "set-timeout", "coroutine", "coroutine (twin)", "tokio"],
});

export const held: readonly Scenario[] = [
  withThreads(timersHeld),
  microScenario({
    name: "suspended-locals",
    folder: "model",
    isolates: "Memory of a task that waits while so many small integers are still to be used.",
    factor: "locals",
    levels: [1, 10, 100],
    operation: "task",
    metrics: [STANDARD.bytes],
    operations: () => 10_000,
    result: (_level, operations) => operations,
    contenders: ["native-async", "down-levelled", "coroutine", "coroutine (twin)", "hand-written", "tokio"],
  }),
  microScenario({
    name: "last-use",
    folder: "model",
    isolates: "Which of a hundred large values are gone while their tasks wait.",
    factor: "last use",
    levels: [1, 2],
    levelNames: ["before the wait", "after the wait"],
    operation: "task",
    metrics: [{ id: "collected", label: "values that are gone", unit: "count", better: "higher" }],
    operations: () => 100,
    result: (_level, operations) => operations,
    contenders: ["native-async", "coroutine", "hand-written", "tokio"],
  }),
];

/** Worker threads of JavaScript, and, a hundred times as many, plain threads. */
function withThreads(scenario: Scenario): Scenario {
  const { threads, ...entrants } = scenario.entrants;
  if (threads === undefined) return scenario;
  const plain = { ...threads, command: () => native("timer-threads") };
  return {
    ...scenario,
    entrants: {
      ...entrants,
      threads: { ...threads, maximumLevel: { level: 100, reason } },
      "c-threads": { ...plain, maximumLevel: { level: 10_000, reason } },
    },
  };
}
