// D2: spawning without a bound exhausts memory; a semaphore bounds it.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { PATTERNS } from "./sources.ts";

const SCENARIO = "spawn-flood";
const [HUNDRED, THOUSAND, UNLIMITED] = [1, 2, 3];
const GROWTH = 2;

export const d2: Claim = {
  id: "D2",
  source: PATTERNS,
  statement: "Spawning without a bound exhausts memory; a semaphore bounds it.",
  predicate:
    "Two hundred thousand jobs that hold 1 KiB each while they wait for a turn take the process to at least " +
    `${GROWTH} times the peak memory when all are started at once as when a semaphore lets through a hundred, or a thousand: with this ` +
    "project's tasks, promises (behind p-limit) and tokio.",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO }],
  judge: (evidence) =>
    evidence
      .contenders(SCENARIO)
      .flatMap((contender) =>
        [HUNDRED, THOUSAND].map((from) =>
          atLeast(evidence.growth({ scenario: SCENARIO, contender, from, to: UNLIMITED }), GROWTH),
        ),
      ),
};
