// G1: how long processes of different languages take to start.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { PATTERNS } from "./sources.ts";

const PLACE = { scenario: "start-up", level: 1 };
const JUDGED = ["tokio", "go", "python", "node"];
const MS = 1e6;

export const g1: Claim = {
  id: "G1",
  source: PATTERNS,
  statement:
    "Programs in Rust and Go start within 10 ms, in Python within 100 to 500 ms, and on Node.js within 200 to 1000 ms.",
  predicate:
    "From starting the process to its first line, with its file in memory already: at most 10 ms in Rust and in Go, 100 to 500 ms in " +
    "Python, and 200 to 1000 ms on Node.js. (A program in C is measured beside them: it shows what starting any process takes here. So are " +
    "Java, Bun and Deno, where they are.)",
  minimumEffect: 0,
  needs: [
    { scenario: PLACE.scenario, contenders: JUDGED, unpaired: true },
    {
      scenario: PLACE.scenario,
      contenders: ["c", "coroutine", "java", "bun", "deno"],
      unpaired: true,
      quick: "left out",
    },
  ],
  judge: (evidence) => [
    // Of the language, not of its scheduler: it counts like the others.
    { ...atMost(evidence.value({ ...PLACE, contender: "tokio" }), 10 * MS), contender: "rust" },
    atMost(evidence.value({ ...PLACE, contender: "go" }), 10 * MS),
    atLeast(evidence.value({ ...PLACE, contender: "python" }), 100 * MS),
    atMost(evidence.value({ ...PLACE, contender: "python" }), 500 * MS),
    atLeast(evidence.value({ ...PLACE, contender: "node" }), 200 * MS),
    atMost(evidence.value({ ...PLACE, contender: "node" }), 1000 * MS),
  ],
};
