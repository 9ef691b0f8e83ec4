// What a compiler takes for functions of each style.
import { STANDARD } from "../../record/metric.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

export const compile: Scenario = microScenario({
  name: "compile",
  folder: "compile",
  isolates:
    "Checking and emitting a module of so many functions that do the same in one style, with the TypeScript compiler; " +
    "net of what it takes for a module of one, which is its start and the libraries.",
  factor: "functions",
  levels: [1000, 2000],
  quickLevels: [1000],
  operation: "function",
  metrics: [
    { id: "netNs", label: "net time per function", unit: "ns", better: "lower", per: "operation" },
    STANDARD.time,
    { id: "outputBytes", label: "emitted code per function", unit: "bytes", better: "lower", per: "operation" },
  ],
  operations: (level) => level,
  result: (_level, operations) => operations,
  contenders: ["direct-call", "native-async", "native-async (twin)", "coroutine", "hand-written", "down-levelled"],
});
