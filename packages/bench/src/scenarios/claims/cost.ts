// What the machinery costs: dispatch, boxes, switches, and waiting for what could go on at once.
import { outerSum } from "../../programs/cost/boxing.ts";
import { pollSum } from "../../programs/cost/future-classes.ts";
import { SWITCHES, THREAD } from "../../programs/cost/switches.ts";
import { QUERIES } from "../../programs/cost/waits.ts";
import { microScenario, sumBelow } from "../micro/micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const folder = "cost";
const WRITTEN = ["hand-written", "hand-written (twin)"];
const COROUTINE = ["coroutine", "coroutine (twin)"];
const CLASSES = [1, 2, 4, 5, 8, 16];
const QUICK_CLASSES = [1, 8];
const MILLION = 1_000_000;

export const cost: readonly Scenario[] = [
  microScenario({
    name: "dispatch",
    folder,
    isolates: "Polling futures of so many classes in turn, at one call site.",
    factor: "future classes",
    levels: CLASSES,
    quickLevels: QUICK_CLASSES,
    operation: "poll",
    operations: () => MILLION,
    result: pollSum,
    contenders: [...WRITTEN, "tokio"],
  }),
  microScenario({
    name: "boxing",
    folder,
    isolates:
      "Polling a future that is made of another: taken in, behind a reference, and behind one at a call site that has seen many.",
    factor: "composition",
    levels: [1, 2, 3],
    levelNames: ["inlined", "boxed", "boxed, after sixteen other classes"],
    operation: "poll",
    operations: () => MILLION,
    result: (_level, operations) => outerSum(operations),
    contenders: WRITTEN,
  }),
  microScenario({
    name: "service-dispatch",
    folder,
    isolates:
      "Calling services of so many classes in turn through their interface, and awaiting the answer, which is ready.",
    factor: "service classes",
    levels: CLASSES,
    quickLevels: QUICK_CLASSES,
    operation: "call",
    operations: () => 100_000,
    result: (_level, operations) => 2 * sumBelow(operations),
    contenders: COROUTINE,
  }),
  microScenario({
    name: "switches",
    folder,
    isolates:
      "The steps of a cooperative scheduler, beside a call that does nothing of the kind and beside a switch of the operating system's.",
    factor: "step",
    levels: SWITCHES.map((_, index) => index + 1),
    levelNames: SWITCHES,
    operation: "step",
    operations: (level) => (level === THREAD ? 2000 : 20_000),
    result: (_level, operations) => operations,
    contenders: [...COROUTINE, "tokio"],
  }),
  microScenario({
    name: "waits",
    folder,
    isolates:
      "Asking two or five queries of 5 ms that do not need each other: one after the other, joined, or as tasks.",
    factor: "way",
    levels: QUERIES.flatMap((_, index) => [1, 2, 3].map((way) => index * 3 + way)),
    levelNames: QUERIES.flatMap((queries) => ["in sequence", "joined", "spawned"].map((way) => `${queries} ${way}`)),
    operation: "answer to all",
    operations: () => 4,
    result: (_level, operations) => operations,
    contenders: ["coroutine", "coroutine (twin)", "native-async", "tokio"],
  }),
];
