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
    "a millisecond of the time at which they were meant to be sent.",
  minimumEffect: 0.05,
  needs: [
    {
      ...{ scenario: SCENARIO, contenders: ["single+epoll", "single+uring multishot"], unpaired: true },
      quick: { contenders: ["single+uring multishot"], levels: [80] },
    },
    { scenario: SCENARIO, contenders: ["tokio"], beside: true, unpaired: true, quick: "left out" },
  ],
  judge: (evidence) =>
    ["single+epoll", "single+uring multishot", "tokio"].flatMap((contender) =>
      evidence
        .levels(SCENARIO)
        .map((level) => atMost(evidence.value({ scenario: SCENARIO, contender, level, metric: "p99" }), MILLISECOND)),
    ),
};
