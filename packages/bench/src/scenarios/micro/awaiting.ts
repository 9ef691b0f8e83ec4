// What the language of a runtime costs: awaiting, calling and resuming.
import { microScenario, sumBelow } from "./micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const STYLES = ["native-async", "coroutine", "coroutine (twin)", "hand-written", "effect", "tokio"];
const STEPS = 1_000_000;

export const awaiting: readonly Scenario[] = [
  microScenario({
    name: "await-ready",
    isolates: "Awaiting what is ready already, in a loop.",
    factor: "tasks",
    levels: [1],
    operation: "await",
    operations: () => STEPS,
    result: (_level, operations) => sumBelow(operations),
    contenders: STYLES,
  }),
  microScenario({
    name: "child-call",
    isolates: "Calling an asynchronous function that returns its argument without waiting, in a loop.",
    factor: "tasks",
    levels: [1],
    operation: "call",
    operations: () => STEPS,
    result: (_level, operations) => sumBelow(operations),
    contenders: ["callbacks", ...STYLES.filter((name) => name !== "hand-written")],
  }),
  microScenario({
    name: "resume",
    isolates: "Waiting for one turn and going on, below so many functions that await each other.",
    factor: "depth",
    levels: [1, 10, 100, 1000],
    operation: "wait",
    // What is polled from the root passes through every level at each wait.
    operations: (level) => (level < 1000 ? 100_000 : 20_000),
    result: (_level, operations) => operations,
    contenders: ["callbacks", "down-levelled", ...STYLES],
  }),
];
