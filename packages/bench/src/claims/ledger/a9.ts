// A9: waits that do not need each other cost the longest of them, not their sum, when they are started together.
import { IN_SEQUENCE, JOINED, QUERIES, SPAWNED, WAYS } from "../../programs/cost/waits.ts";
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "waits";
/** The ways of asking the larger number of queries. */
const FIVE = [IN_SEQUENCE, JOINED, SPAWNED].map((way) => WAYS + way);
/** What the longest of N waits may take of their sum: a third more than 1 / N. */
const SLACK = 4 / 3;

export const a9: Claim = {
  id: "A9",
  source: `${BOOK}, ch. 1`,
  statement:
    "Waits that do not need each other cost the longest of them when they are started together, and not their sum.",
  predicate:
    `Two, and five, queries of 5 ms take at most ${SLACK.toFixed(2)} / N of the time of one after the other when they are joined in one task, and ` +
    "when each is a task: as coroutines, promises and in tokio.",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO, quick: { contenders: ["coroutine", "tokio"], levels: FIVE } }],
  judge: (evidence) => {
    const levels = new Set(evidence.levels(SCENARIO));
    return evidence.contenders(SCENARIO).flatMap((contender) =>
      QUERIES.flatMap((queries, index) => {
        const from = index * WAYS + 1;
        if (!levels.has(from)) return [];
        return [JOINED, SPAWNED].map((way) =>
          atMost(evidence.growth({ scenario: SCENARIO, contender, from, to: from + way - 1 }), SLACK / queries),
        );
      }),
    );
  },
};
