// What the machinery costs: dispatch, boxes, switches, and waiting for what could go on at once.
import { outerSum, POLLUTED } from "../../programs/cost/boxing.ts";
import { pollSum } from "../../programs/cost/future-classes.ts";
import { SWITCHES, THREAD, THREAD_ON_CORE } from "../../programs/cost/switches.ts";
import { QUERIES } from "../../programs/cost/waits.ts";
import { pinnedTo } from "../../runner/command.ts";
import { choosePinning } from "../../runner/pinning.ts";
import { microScenario, sumBelow } from "../micro/micro-scenario.ts";
import type { Entrant, Scenario } from "../scenario.ts";

const folder = "cost";
const WRITTEN = ["hand-written", "hand-written (twin)"];
const COROUTINE = ["coroutine", "coroutine (twin)"];
const CLASSES = [1, 2, 4, 5, 8, 16];
const QUICK_CLASSES = [1, 8];
const MILLION = 1_000_000;

/** A call of the service in Rust, so many times, each with the answer of the one before ("Xorshift RNGs", G. Marsaglia, 2003). */
function scrambled(times: number): number {
  let x = 1;
  for (let i = 0; i < times; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x >>> 0;
}

/** Two threads that take turns never run at once; on two cores, each wake-up has to reach another core, which may be asleep. */
function onOneCore(scenario: Scenario): Scenario {
  const pinned = (entrant: Entrant): Entrant => ({
    ...entrant,
    command(level) {
      const command = entrant.command(level);
      const core = level === THREAD_ON_CORE ? choosePinning()?.server : undefined;
      return core === undefined ? command : pinnedTo(core, command);
    },
  });
  const entrants = Object.entries(scenario.entrants).map(([name, entrant]) => [name, pinned(entrant)] as const);
  return { ...scenario, entrants: Object.fromEntries(entrants) };
}

/** What is compiled ahead of time knows nothing of what a call site has seen. */
function withoutJit(scenario: Scenario): Scenario {
  const { tokio, ...entrants } = scenario.entrants;
  if (tokio === undefined) return scenario;
  const maximumLevel = {
    level: POLLUTED - 1,
    reason: "a compiler ahead of time does not look at what a call site has seen",
  };
  return { ...scenario, entrants: { ...entrants, tokio: { ...tokio, maximumLevel } } };
}

export const cost: readonly Scenario[] = [
  microScenario({
    name: "dispatch",
    folder,
    isolates: "Polling futures of so many classes in turn, at one call site.",
    factor: "future types",
    levels: CLASSES,
    quickLevels: QUICK_CLASSES,
    operation: "poll",
    operations: () => MILLION,
    result: pollSum,
    contenders: [...WRITTEN, "tokio"],
  }),
  withoutJit(
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
      contenders: [...WRITTEN, "tokio"],
    }),
  ),
  microScenario({
    name: "async-trait",
    folder,
    isolates:
      "Calling an async method that does a little arithmetic, and awaiting its answer: of a type that the compiler knows, or of a trait object.",
    factor: "dispatch",
    levels: [1, 2],
    levelNames: ["through a generic", "through a boxed trait object"],
    operation: "call",
    operations: () => 100_000,
    result: (_level, operations) => scrambled(operations),
    contenders: ["tokio"],
  }),
  microScenario({
    name: "service-dispatch",
    folder,
    isolates:
      "Calling services of so many classes in turn through their interface, and awaiting the answer, which is ready.",
    factor: "service types",
    levels: CLASSES,
    quickLevels: QUICK_CLASSES,
    operation: "call",
    operations: () => 100_000,
    result: (_level, operations) => 2 * sumBelow(operations),
    contenders: COROUTINE,
  }),
  onOneCore(
    microScenario({
      name: "switches",
      folder,
      isolates:
        "The steps of a cooperative scheduler, beside a call that does nothing of the kind and beside a switch of the operating system's.",
      factor: "step",
      levels: SWITCHES.map((_, index) => index + 1),
      levelNames: SWITCHES,
      quickLevels: SWITCHES.map((_, index) => index + 1).filter((step) => step !== THREAD),
      operation: "step",
      operations: (level) => (level >= THREAD ? 2000 : 20_000),
      result: (_level, operations) => operations,
      contenders: [...COROUTINE, "tokio"],
    }),
  ),
  microScenario({
    name: "waits",
    folder,
    isolates:
      "Asking two or five queries of 5 ms that do not need each other: one after the other, joined, or as tasks.",
    factor: "way",
    levels: QUERIES.flatMap((_, index) => [1, 2, 3].map((way) => index * 3 + way)),
    levelNames: QUERIES.flatMap((queries) => ["in sequence", "joined", "spawned"].map((way) => `${queries} ${way}`)),
    quickLevels: [4, 5, 6],
    operation: "answer to all",
    operations: () => 4,
    result: (_level, operations) => operations,
    contenders: ["coroutine", "coroutine (twin)", "native-async", "tokio"],
  }),
];
