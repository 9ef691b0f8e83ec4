// C7: answers come within a millisecond under load.
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { PATTERNS } from "./sources.ts";

const SCENARIO = "open-loop";
const MILLISECOND = 1e6;

export const c7: Claim = {
  id: "C7",
  source: PATTERNS,
  statement: "Latency stays below a millisecond under load.",
  predicate:
    "At 50, 80 and 95 % of what a server can answer, with requests that come at random and wait for nobody, 99 of 100 are answered within " +
    "a millisecond of the time at which they were meant to be sent. A quick run asks it at 80 % alone.",
  minimumEffect: 0.05,
  needs: [
    { scenario: SCENARIO, contenders: ["single+epoll", "single+uring multishot"], quickLevels: [80], unpaired: true },
    { scenario: SCENARIO, contenders: ["tokio"], quickLevels: [80], beside: true, unpaired: true },
  ],
  judge: (evidence) =>
    ["single+epoll", "single+uring multishot", "tokio"].flatMap((contender) =>
      evidence
        .levels(SCENARIO)
        .map((level) => atMost(evidence.value({ scenario: SCENARIO, contender, level, metric: "p99" }), MILLISECOND)),
    ),
};
