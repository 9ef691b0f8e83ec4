// Who runs when: cancelling, waiting without work, spurious polls, a heavy task beside light ones, groups, the order of a select.
import { STANDARD } from "../../record/metric.ts";
import { heavyResult } from "../../programs/model/responsiveness.ts";
import { microScenario, sumBelow } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const COROUTINE = ["coroutine", "coroutine (twin)"];
const MILLION = 1_000_000;
const NEVER = MILLION;
/** The ways of joining that others than this project have: up to these levels. */
const LAST_WAYS = {
  "native-async": { level: 2, reason: "promises have no such group" },
  tokio: { level: 3, reason: "tokio itself has no such group of futures" },
};

const count = (id: string, label: string) => ({ id, label, unit: "count", better: "lower" }) as const;

export const scheduling: readonly Scenario[] = [
  microScenario({
    name: "cancelled",
    folder: "model",
    isolates: "Giving up on a thousand tasks that have been polled once and wait, in three ways.",
    factor: "way",
    levels: [1, 2, 3],
    levelNames: ["future dropped", "handle dropped", "aborted"],
    operation: "task",
    metrics: [
      count("completed", "tasks that ran to their end"),
      count("drops", "waits that were dropped"),
      count("polls", "polls of what the tasks wait for"),
      count("reported", "handles that report the cancellation"),
    ],
    operations: () => 1000,
    result: (_level, operations) => operations,
    contenders: ["coroutine", "native-async", "tokio"],
  }),
  microScenario({
    name: "idle-wait",
    folder: "model",
    isolates: "One task that waits for so many milliseconds, and nothing else.",
    factor: "milliseconds",
    levels: [200],
    operation: "wait",
    metrics: [{ id: "cpuShare", label: "share of a processor while it waits", unit: "share", better: "lower" }],
    operations: () => 1,
    result: () => 1,
    contenders: ["busy-poll", "coroutine", "native-async", "tokio"],
  }),
  microScenario({
    name: "spurious-polls",
    folder: "model",
    isolates:
      "Waiting for an event that comes after ten turns: one poll sees it, and in so many turns the task is polled for nothing.",
    factor: "polls per event",
    levels: [1, 2, 11],
    operation: "event",
    metrics: [STANDARD.time, count("spuriousPolls", "polls that found nothing")],
    operations: () => 10_000,
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, "tokio"],
  }),
  microScenario({
    name: "yield-interval",
    folder: "model",
    isolates:
      "A heavy task that lets others run after every so many items of about 0.1 us, beside ten that want to run every 2 ms.",
    factor: "items between yields",
    levels: [1, 10, 100, 1000, 10_000, 100_000, NEVER],
    levelNames: ["1", "10", "100", "1000", "10000", "100000", "never"],
    quickLevels: [1, 100, NEVER],
    operation: "item",
    metrics: [
      { id: "nsPerItem", label: "time of the heavy task per item", unit: "ns", better: "lower" },
      { id: "p99LatenessNs", label: "p99 lateness of the light tasks", unit: "ns", better: "lower" },
    ],
    operations: () => NEVER,
    result: (_level, operations) => heavyResult(operations),
    contenders: [...COROUTINE, "tokio"],
  }),
  withLastWays(
    microScenario({
      name: "join-many",
      folder: "model",
      isolates:
        "Waiting for ten thousand operations that each take one turn, as tasks of their own or within the task that waits.",
      factor: "way",
      levels: [1, 2, 3, 4],
      levelNames: ["spawn and join", "joinAll", "JoinSet", "FuturesUnordered"],
      operation: "future",
      operations: () => 10_000,
      result: (_level, operations) => sumBelow(operations),
      contenders: [...COROUTINE, "native-async", "tokio"],
    }),
  ),
  microScenario({
    name: "select-order",
    folder: "model",
    isolates: "Choosing among three branches that are all ready, again and again.",
    factor: "order",
    levels: [1, 2],
    levelNames: ["as written", "at random"],
    operation: "choice",
    metrics: [
      { id: "lastShare", label: "share won by the last branch", unit: "share", better: "higher" },
      { id: "firstShare", label: "share won by the first branch", unit: "share", better: "lower" },
      STANDARD.time,
    ],
    operations: () => MILLION,
    result: (_level, operations) => operations,
    contenders: ["coroutine", "tokio"],
  }),
];

function withLastWays(scenario: Scenario): Scenario {
  const entrants = Object.entries(LAST_WAYS).flatMap(([name, maximumLevel]) => {
    const entrant = scenario.entrants[name];
    return entrant === undefined ? [] : [[name, { ...entrant, maximumLevel }] as const];
  });
  return { ...scenario, entrants: { ...scenario.entrants, ...Object.fromEntries(entrants) } };
}
