// What permits and locks cost: free ones, and ones that are held across a turn while others wait.
import { type MicroBenchmark, microScenario } from "./micro-scenario.ts";
import type { Scenario } from "../scenario.ts";

const COROUTINE = ["coroutine", "coroutine (twin)"];
const PACKAGES = ["async-mutex", "async-sema", "p-limit", "effect"];

type About = Pick<MicroBenchmark, "name" | "isolates" | "contenders">;

/** One task that takes and gives back what nobody else wants. */
const free = (about: About): Scenario =>
  microScenario({
    ...about,
    factor: "tasks",
    levels: [1],
    operation: "use",
    operations: () => 100_000,
    result: (_level, operations) => operations,
  });

/** Tasks that hold what they share for one turn each time. */
const contended = (about: About): Scenario =>
  microScenario({
    ...about,
    factor: "tasks",
    levels: [20, 100],
    operation: "use",
    operations: () => 50_000,
    result: (_level, operations) => operations,
  });

export const locks: readonly Scenario[] = [
  free({
    name: "semaphore",
    isolates: "Taking a permit of ten and giving it back.",
    contenders: [...COROUTINE, ...PACKAGES, "tokio"],
  }),
  contended({
    name: "semaphore-contended",
    isolates: "So many tasks that share ten permits and hold one for a turn each time.",
    contenders: [...COROUTINE, ...PACKAGES, "tokio"],
  }),
  free({
    name: "mutex",
    isolates: "Locking and unlocking a mutex that nobody else wants.",
    contenders: [...COROUTINE, "hand-written", ...PACKAGES, "tokio"],
  }),
  contended({
    name: "mutex-contended",
    isolates: "So many tasks that share one mutex and hold it for a turn each time.",
    contenders: [...COROUTINE, ...PACKAGES, "tokio"],
  }),
  free({
    name: "rwlock",
    isolates: "Reading under a lock that nobody wants to write.",
    contenders: [...COROUTINE, "tokio"],
  }),
  contended({
    name: "rwlock-contended",
    isolates: "So many tasks that share one value, read it nine times of ten and write it once, for a turn each time.",
    contenders: [...COROUTINE, "tokio"],
  }),
];
