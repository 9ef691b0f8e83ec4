// A3: every await adds a state, so deep nesting makes asynchronous code slow.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "await-resume";
/** The same in Rust, where a chain whose depth is known at run time only is boxed at each level. */
const IN_RUST = { scenario: "resume", contender: "tokio", from: 1, to: 100 };
/** The share of its depth-1 cost that each further level must add before nesting counts as costly. */
const COSTLY_SHARE = 0.05;

export const a3: Claim = {
  id: "A3",
  source: `${BOOK}, ch. 1`,
  statement: "Every await adds a state to a state machine, so deeply nested asynchronous functions are slow.",
  predicate:
    `Each level of nesting adds at least ${COSTLY_SHARE * 100} % of the depth-1 cost to resuming the innermost function: ` +
    "judged from the shallowest to the deepest level for native async functions, coroutines and hand-written state machines, " +
    "and beside them for boxed futures in tokio.",
  minimumEffect: 0.05,
  needs: [
    { scenario: SCENARIO },
    {
      ...{ scenario: IN_RUST.scenario, contenders: [IN_RUST.contender], beside: true },
      ...{ levels: [IN_RUST.from, IN_RUST.to], quickLevels: [IN_RUST.from, IN_RUST.to] },
    },
  ],
  judge(evidence) {
    const [from = 1, ...deeper] = evidence.levels(SCENARIO);
    const to = deeper.at(-1) ?? from;
    const spans = [
      ...evidence.contenders(SCENARIO).map((contender) => ({ scenario: SCENARIO, contender, from, to })),
      ...(evidence.levels(IN_RUST.scenario).includes(IN_RUST.to) ? [IN_RUST] : []),
    ];
    return spans.map((span) => atLeast(evidence.growth(span), 1 + COSTLY_SHARE * (span.to - span.from)));
  },
};
