// What timers cost, in real time and in virtual time.
import { STANDARD } from "../../record/metric.ts";
import { microScenario } from "./micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

export const time: readonly Scenario[] = [
  microScenario({
    name: "timers",
    isolates:
      "So many sleeps of different lengths, all within half a second: what starting and firing them takes of the processor.",
    factor: "sleeps",
    levels: [100_000],
    operation: "sleep",
    metrics: [STANDARD.cpu],
    operations: (level) => level,
    result: (_level, operations) => operations,
    contenders: [
      "set-timeout",
      "wheel",
      "coroutine",
      "coroutine (twin)",
      "hand-written",
      "native-async",
      "effect",
      "rxjs",
      "tokio",
    ],
  }),
  microScenario({
    name: "timers-paused",
    isolates: "So many sleeps, no two of the same length, on a clock that goes on by itself when nothing else can run.",
    factor: "sleeps",
    levels: [10_000],
    operation: "sleep",
    operations: (level) => level,
    result: (_level, operations) => operations,
    contenders: ["coroutine", "coroutine (twin)", "hand-written", "effect", "fake-timers", "tokio"],
  }),
];
