// D2: spawning without a bound exhausts memory; a semaphore bounds it.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { PATTERNS } from "./sources.ts";

const SCENARIO = "spawn-flood";
/** Limited to a hundred or a thousand at once, and without a limit: for fewer jobs; and, limited to a hundred, for more. */
const FLOODS = [
  { limited: [1, 2], free: 3 },
  { limited: [4], free: 6 },
];
const GROWTH = 2;

export const d2: Claim = {
  id: "D2",
  source: PATTERNS,
  statement: "Spawning without a bound exhausts memory; a semaphore bounds it.",
  predicate:
    "Two hundred thousand jobs, and a million, that hold 1 KiB each while they wait for a turn take the process to at least " +
    `${GROWTH} times the peak memory when all are started at once as when a semaphore lets through a hundred (or, of the fewer, a thousand): ` +
    "with this project's tasks, promises (behind p-limit) and tokio.",
  minimumEffect: 0.05,
  needs: [
    {
      scenario: SCENARIO,
      levels: FLOODS.flatMap(({ limited, free }) => [...limited, free]),
      quick: { contenders: ["coroutine"] },
    },
  ],
  judge: (evidence) => {
    const levels = new Set(evidence.levels(SCENARIO));
    return evidence
      .contenders(SCENARIO)
      .flatMap((contender) =>
        FLOODS.flatMap(({ limited, free: to }) =>
          limited
            .filter((from) => levels.has(from) && levels.has(to))
            .map((from) => atLeast(evidence.growth({ scenario: SCENARIO, contender, from, to }), GROWTH)),
        ),
      );
  },
};
