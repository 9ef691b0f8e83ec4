// A3: every await adds a state, so deep nesting makes asynchronous code slow.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "await-resume";
/** The share of its depth-1 cost that each further level must add before nesting counts as costly. */
const COSTLY_SHARE = 0.05;

export const a3: Claim = {
  id: "A3",
  source: `${BOOK}, ch. 1`,
  statement: "Every await adds a state to a state machine, so deeply nested asynchronous functions are slow.",
  predicate:
    `Each level of nesting adds at least ${COSTLY_SHARE * 100} % of the depth-1 cost to resuming the innermost function: ` +
    "judged from the shallowest to the deepest level for native async functions, coroutines and hand-written state machines.",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO }],
  judge(evidence) {
    const [from = 1, ...deeper] = evidence.levels(SCENARIO);
    const to = deeper.at(-1) ?? from;
    return evidence
      .contenders(SCENARIO)
      .map((contender) =>
        atLeast(evidence.growth({ scenario: SCENARIO, contender, from, to }), 1 + COSTLY_SHARE * (to - from)),
      );
  },
};
