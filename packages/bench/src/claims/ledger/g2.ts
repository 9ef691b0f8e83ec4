// G2: how much memory sleeping tasks take in different languages.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { PATTERNS } from "./sources.ts";

const SCENARIO = "sleeping";
const CROWD = 100_000;
const WITH_COLLECTOR = ["native-async", "coroutine", "effect", "python"];
const MORE = 1.5;

export const g2: Claim = {
  id: "G2",
  source: PATTERNS,
  statement:
    "Memory is the strength of Rust and Go; Node.js and Python are good, with the overhead of a garbage collector.",
  predicate:
    `A process with ${CROWD} sleeping tasks has at least ${MORE} times the peak resident memory of one of tokio's when the tasks are ` +
    "promises, this project's coroutines, Effect's fibers, or asyncio's in Python; one of Go's with as many goroutines has less than one of " +
    "Node.js with promises. (Java, Bun and Deno are measured beside them, where they are.)",
  minimumEffect: 0.05,
  needs: [
    {
      ...{ scenario: SCENARIO, contenders: [...WITH_COLLECTOR, "tokio", "go"], levels: [CROWD] },
      quick: { contenders: ["native-async", "coroutine", "tokio", "go"] },
    },
    { scenario: SCENARIO, contenders: ["java", "bun", "deno"], levels: [CROWD], unpaired: true, quick: "left out" },
  ],
  judge: (evidence) => [
    ...WITH_COLLECTOR.map((contender) =>
      atLeast(evidence.ratio({ scenario: SCENARIO, contender, baseline: "tokio", level: CROWD }), MORE),
    ),
    atMost(evidence.ratio({ scenario: SCENARIO, contender: "go", baseline: "native-async", level: CROWD }), 1),
  ],
};
