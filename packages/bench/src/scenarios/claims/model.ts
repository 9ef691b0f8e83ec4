// What the model promises: laziness, cancellation, and who runs when.
import { STANDARD } from "../../record/metric.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

export const model: readonly Scenario[] = [
  microScenario({
    name: "created-unpolled",
    folder: "model",
    isolates: "Creating so many asynchronous operations and polling none of them.",
    factor: "tasks",
    levels: [1],
    operation: "creation",
    metrics: [STANDARD.time, { id: "started", label: "bodies that ran", unit: "count", better: "lower" }],
    operations: () => 1000,
    result: (_level, operations) => operations,
    contenders: ["native-async", "coroutine", "coroutine (twin)", "hand-written", "effect", "tokio"],
  }),
];
