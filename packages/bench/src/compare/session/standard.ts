// What two commits are compared by unless somebody says otherwise: the programs of this project alone, because the same code under another
// name is the same on both sides, at one level where each stands for its kind. Few benchmarks in many rounds find more than many in few:
// every further comparison makes what the others must show larger (Holm).
import type { Mode, Wanted } from "../../runner/plan.ts";
import type { Mould } from "../../runner/mould.ts";
import { type Scenario, scenarios } from "../../scenarios/index.ts";

interface Benchmark {
  readonly scenario: string;
  /** The first is observed twice, so that the noise is known. */
  readonly contenders: readonly string[];
  readonly levels: readonly number[];
}

/** Awaiting, waking, switching, starting, handing over, then sockets and files. */
const BENCHMARKS: readonly Benchmark[] = [
  { scenario: "child-call", contenders: ["coroutine"], levels: [1] },
  { scenario: "resume", contenders: ["coroutine"], levels: [1, 100] },
  { scenario: "yield-many", contenders: ["coroutine"], levels: [1000] },
  { scenario: "ping-pong", contenders: ["coroutine"], levels: [1000] },
  { scenario: "spawn-many", contenders: ["coroutine"], levels: [100_000] },
  { scenario: "mpsc", contenders: ["coroutine"], levels: [1] },
  { scenario: "echo", contenders: ["single+uring", "single+epoll"], levels: [64] },
  { scenario: "file-read", contenders: ["single+uring"], levels: [64] },
];

/** By default so many that a difference of a tenth is found where processes of one program scatter by 5 %, and are observed twice (power.ts). */
const ROUNDS: Readonly<Record<Mode, number>> = { quick: 6, default: 12, full: 30 };

/** The benchmarks of a comparison that names none. @throws Error when one of them is not there */
export function standardBenchmarks(): Wanted[] {
  return BENCHMARKS.map(({ scenario: name, contenders, levels }) => {
    const scenario = scenarioNamed(name);
    const [repeated] = contenders;
    return { scenario, contenders: new Set(contenders), levels, ...(repeated === undefined ? {} : { repeated }) };
  });
}

/** As many rounds as the mode has for a comparison, however long they take. @param rounds instead of those */
export function sessionMould(mode: Mode, rounds: number = ROUNDS[mode]): Mould {
  return { rounds, limitMs: Infinity, budget: { warmupMs: 250, batchMs: 50 } };
}

function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`commits are compared by ${name}, and there is no such scenario`);
  return scenario;
}
