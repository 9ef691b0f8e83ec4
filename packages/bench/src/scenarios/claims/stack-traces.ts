// How much of what called what an error's stack tells.
import { CALLERS } from "../../programs/trace/callers.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

export const stackTraces: Scenario = microScenario({
  name: "stack-traces",
  folder: "trace",
  isolates: "An error that is made ten calls deep, at once or after a wait: which of the ten callers its stack names.",
  factor: "moment",
  levels: [1, 2],
  levelNames: ["at once", "after a wait"],
  operation: "error",
  metrics: [
    { id: "callersShare", label: "share of the callers that the stack names", unit: "share", better: "higher" },
  ],
  operations: () => 1,
  result: () => CALLERS.length,
  contenders: ["direct-call", "native-async", "coroutine", "hand-written", "effect", "tokio"],
});
