// Work that is shared out among threads, and what it costs to hand over a task.
import { LOADS, loadOf, workAll } from "../../programs/parallel/loads.ts";
import { type Command, javascript, native } from "../../runner/command.ts";
import { microScenario } from "../micro/micro-scenario.ts";
import type { Entrant, Scenario } from "../scenario.ts";

const withWorkers = (program: string, workers: number): Command => ({
  ...javascript(program),
  environment: { POLLAB_WORKERS: String(workers) },
});

/** Real tokio with its workers, which are threads. */
const tokioThreads = (workload: string): Command => native("peers/tokio/release/tokio-peer", workload);

/** The same as `entrant`, with programs of their own. */
function entrants(entrant: Entrant, programs: Readonly<Record<string, () => Command>>): Scenario["entrants"] {
  return Object.fromEntries(
    Object.entries(programs).map(([name, command]) => [
      name,
      {
        ...entrant,
        command,
        ...(name.startsWith("stealing")
          ? { warmup: (level: number) => STEALING_WARMUP_PASSES * entrant.operations(level) }
          : {}),
      },
    ]),
  );
}

/** Contenders of a scenario whose programs need more than their name. */
function extended(scenario: Scenario, programs: Readonly<Record<string, () => Command>>): Scenario {
  const [first] = Object.values(scenario.entrants);
  if (first === undefined) return scenario;
  return { ...scenario, entrants: { ...scenario.entrants, ...entrants(first, programs) } };
}

/** There is more code of the runtime than elsewhere, and the compiler is done with it after so many passes: about a second. */
const STEALING_WARMUP_PASSES = 40;

const stealing = (program: string): Readonly<Record<string, () => Command>> => ({
  stealing: () => withWorkers(program, 2),
  "stealing (twin)": () => withWorkers(program, 2),
  "stealing (1 worker)": () => withWorkers(program, 1),
});

/** Each mode of its waiting. */
const piscina = (program: string): Readonly<Record<string, () => Command>> =>
  Object.fromEntries(
    ["sync", "async", "disabled"].map((atomics) => [
      `piscina (${atomics})`,
      () => ({ ...javascript(program), environment: { POLLAB_ATOMICS: atomics } }),
    ]),
  );

export const parallel: readonly Scenario[] = [
  extended(
    microScenario({
      name: "parallel",
      folder: "parallel",
      isolates: "Tasks that only compute, shared out among two threads: alike, unlike, short and very short ones.",
      factor: "load",
      levels: LOADS.map((_, index) => index + 1),
      levelNames: LOADS.map(({ name }) => name),
      operation: "task",
      operations: (level) => loadOf(level).tasks,
      result: (level, operations) => workAll(loadOf(level), 0, operations),
      contenders: ["direct-call", "coroutine", "partition", "piscina", "poolifier"],
    }),
    { ...stealing("parallel/stealing/parallel"), "tokio (threads)": () => tokioThreads("parallel") },
  ),
  extended(
    microScenario({
      name: "spawn-join",
      folder: "handoff",
      isolates: "Starting tasks that do nothing and joining them, within the runtime, so many at a time.",
      factor: "at a time",
      levels: [1, 1024],
      operation: "task",
      operations: () => 20 * 1024,
      result: (_level, operations) => operations,
      contenders: ["coroutine", "coroutine (twin)"],
    }),
    { ...stealing("handoff/stealing/spawn-join"), "tokio (threads)": () => tokioThreads("spawn-join") },
  ),
  extended(
    microScenario({
      name: "remote",
      folder: "handoff",
      isolates: "Handing tasks that do nothing to other threads and awaiting their results, so many at a time.",
      factor: "at a time",
      levels: [1, 100, 1000],
      quickLevels: [1, 1000],
      operation: "task",
      operations: () => 2000,
      result: (_level, operations) => operations,
      contenders: ["poolifier"],
    }),
    {
      ...stealing("handoff/stealing/remote"),
      ...piscina("handoff/piscina/remote"),
      "tokio (threads)": () => tokioThreads("remote"),
    },
  ),
  microScenario({
    name: "wake",
    folder: "handoff",
    isolates:
      "Waking a worker that sleeps, until it has done a task that does nothing, beside what Atomics.wait and notify take.",
    factor: "work",
    levels: [1],
    operation: "wake",
    metrics: [
      { id: "p50WakeNs", label: "median time of a wake", unit: "ns", better: "lower" },
      { id: "p99WakeNs", label: "p99 time of a wake", unit: "ns", better: "lower" },
    ],
    operations: () => 500,
    result: (_level, operations) => operations,
    contenders: ["atomics", "stealing", "stealing (twin)"],
  }),
];
