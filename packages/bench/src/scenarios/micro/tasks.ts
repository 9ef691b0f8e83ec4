// What tasks cost: starting, switching between them, talking to one another, and keeping them.
import { STANDARD } from "../../record/metric.ts";
import { microScenario, sumBelow } from "./micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const COROUTINE = ["coroutine", "coroutine (twin)"];
const PROMISES_AND_EFFECT = ["native-async", "effect", "tokio"];
const ALL = [...COROUTINE, "hand-written", ...PROMISES_AND_EFFECT];

export const tasks: readonly Scenario[] = [
  microScenario({
    name: "spawn-many",
    isolates: "Starting so many tasks that return at once, and then joining all of them.",
    factor: "tasks",
    levels: [100_000],
    operation: "task",
    operations: (level) => level,
    result: (_level, operations) => sumBelow(operations),
    contenders: ["callbacks", ...ALL],
  }),
  microScenario({
    name: "yield-many",
    isolates: "So many tasks that each let the others run a thousand times.",
    factor: "tasks",
    levels: [1000],
    operation: "yield",
    operations: (level) => 1000 * level,
    result: (_level, operations) => operations,
    contenders: ["callbacks", ...ALL],
  }),
  microScenario({
    name: "ping-pong",
    isolates:
      "So many tasks at once that each start another, send it a message and wait for the answer: tokio's ping_pong.",
    factor: "tasks",
    levels: [1000],
    operation: "round trip",
    operations: (level) => level,
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, ...PROMISES_AND_EFFECT],
  }),
  microScenario({
    name: "chained-spawn",
    isolates: "A chain of tasks, each started by the one before: tokio's chained_spawn.",
    factor: "tasks",
    levels: [1000],
    operation: "task",
    operations: (level) => level,
    result: (_level, operations) => operations,
    contenders: ["callbacks", ...COROUTINE, ...PROMISES_AND_EFFECT],
  }),
  microScenario({
    name: "pending-tasks",
    isolates:
      "Memory of a task that waits for an event of its own: what V8's heap has grown by, or, in Rust, what the allocator was asked for.",
    factor: "tasks",
    levels: [10_000, 1_000_000],
    operation: "task",
    metrics: [STANDARD.bytes, STANDARD.time],
    operations: (level) => level,
    result: (_level, operations) => operations,
    contenders: ALL,
  }),
];
