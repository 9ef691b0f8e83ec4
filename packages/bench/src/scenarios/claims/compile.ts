// What a compiler takes for functions of each style.
import { STANDARD } from "../../record/metric.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

export const compile: Scenario = microScenario({
  name: "compile",
  folder: "compile",
  isolates:
    "Checking and emitting a module of so many functions that do the same in one style, with the TypeScript compiler; its start is part of it.",
  factor: "functions",
  levels: [400, 2000],
  quickLevels: [400],
  operation: "function",
  metrics: [
    STANDARD.time,
    { id: "outputBytes", label: "emitted code per function", unit: "bytes", better: "lower", per: "operation" },
  ],
  operations: (level) => level,
  result: (_level, operations) => operations,
  contenders: ["direct-call", "native-async", "native-async (twin)", "coroutine", "hand-written", "down-levelled"],
});
