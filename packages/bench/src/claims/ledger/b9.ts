// B9: joining many futures within one task is cheaper than a task for each.
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "join-many";
const [SPAWNED, JOIN_SET, JOIN_ALL, UNORDERED] = [1, 2, 3, 4];
const CONTENDER = "coroutine";

export const b9: Claim = {
  id: "B9",
  source: `${BOOK}, ch. 9`,
  statement: "Waiting for many futures within one task is cheaper than spawning each of them and awaiting the handles.",
  predicate:
    "Ten thousand operations that each wait for one turn take less time in a joinAll and in a FuturesUnordered than as spawned tasks, and " +
    "less in a joinAll than in a JoinSet: by at least 5 %.",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO }],
  judge: (evidence) =>
    [
      { from: SPAWNED, to: JOIN_ALL },
      { from: SPAWNED, to: UNORDERED },
      { from: JOIN_SET, to: JOIN_ALL },
    ].map((ways) => atMost(evidence.growth({ scenario: SCENARIO, contender: CONTENDER, ...ways }), 1)),
};
