// B5: yielding about every hundred items keeps the others responsive, and costs little.
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "yield-interval";
const [HUNDRED, NEVER] = [100, 1_000_000];
const COST = 1.1;
const LATENESS = 0.2;

export const b5: Claim = {
  id: "B5",
  source: `${BOOK}, ch. 3`,
  statement: "A heavy task that yields about every hundred items keeps the other tasks responsive at a small cost.",
  predicate:
    `Beside a heavy task of a million items of 0.1 us that yields after every ${HUNDRED}, the p99 lateness of ten others is at most ` +
    `${LATENESS} times what it is when it never yields, and an item takes at most ${COST} times the time.`,
  minimumEffect: 0.05,
  needs: [
    {
      scenario: SCENARIO,
      levels: [1, HUNDRED, 10_000, NEVER],
      quick: { contenders: ["coroutine"], levels: [HUNDRED, NEVER] },
    },
  ],
  judge: (evidence) =>
    ["coroutine", "tokio"].flatMap((contender) => {
      const change = { scenario: SCENARIO, contender, from: NEVER, to: HUNDRED };
      return [
        atMost(evidence.growth({ ...change, metric: "p99LatenessNs" }), LATENESS),
        atMost(evidence.growth({ ...change, metric: "nsPerItem" }), COST),
      ];
    }),
};
