// How much of what called what an error's stack tells, and what it costs that it does.
import { CALLERS } from "../../programs/trace/callers.ts";
import { FAIL, PHASES } from "../../programs/trace/stack-cost.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const stackTraces = microScenario({
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
  contenders: [
    "direct-call",
    "native-async",
    "coroutine",
    "coroutine (logical stack)",
    "hand-written",
    "effect",
    "tokio",
  ],
});

const stackCost = microScenario({
  name: "stack-cost",
  folder: "trace",
  isolates:
    "What logical stacks cost when they are switched on: where a task is spawned, where nothing fails, and where an error passes.",
  factor: "operation",
  levels: PHASES.map((_, index) => index + 1),
  levelNames: PHASES,
  operation: "operation",
  operations: (level) => (level === FAIL ? 500 : 10_000),
  result: (_level, operations) => operations,
  contenders: ["coroutine", "coroutine (twin)", "coroutine (logical stack)", "native-async"],
});

export const stacks: readonly Scenario[] = [stackTraces, stackCost];
