// A3: every await adds a state, so deep nesting makes asynchronous code large and slow.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const [SHALLOW, DEEP] = [1, 1000];
/** With one between, for the curve. */
const DEPTHS = [SHALLOW, 100, DEEP];
/** What people write today. */
const USUAL = ["native-async", "coroutine"];
const STYLES = ["callbacks", "native-async", "coroutine", "hand-written", "down-levelled"];
/** In Rust a chain whose depth is known at run time only is boxed at each level. */
const IN_RUST = "tokio";
/** The share of its depth-1 cost that each further level must add before nesting counts as costly. */
const COSTLY_SHARE = 0.05;
const COSTLY = 1 + COSTLY_SHARE * (DEEP - SHALLOW);

const CALL = "call-depth";
const PLAIN = "direct-call";
/** What one level adds to: the time of going on after a wait, and the memory of a task that waits. */
const ADDED_TO = ["resume", "suspended-depth"];

export const a3: Claim = {
  id: "A3",
  source: `${BOOK}, ch. 1`,
  statement:
    "Every await adds a state to a state machine, so deeply nested asynchronous functions are slow, and what they keep is large.",
  predicate:
    `Up to depth ${DEEP} each level of nesting adds at least ${COSTLY_SHARE * 100} % of the depth-1 cost, to the time of resuming the ` +
    "innermost function and to the memory of a suspended task; and a chain of calls that deep in which nothing waits takes longer than " +
    "plain calls do. Judged for callbacks, native async functions, coroutines, state machines written by hand and async functions that " +
    "the compiler took apart for ES2015; beside them for boxed futures in tokio.",
  minimumEffect: 0.05,
  needs: [
    { scenario: CALL, contenders: [PLAIN, ...STYLES], levels: [DEEP], quick: { contenders: [PLAIN, ...USUAL] } },
    { scenario: CALL, contenders: [IN_RUST], levels: [DEEP], beside: true },
    ...ADDED_TO.flatMap((scenario) => [
      { scenario, contenders: STYLES, levels: DEPTHS, quick: { contenders: USUAL, levels: [SHALLOW, DEEP] } },
      {
        ...{ scenario, contenders: [IN_RUST], levels: DEPTHS, quick: { levels: [SHALLOW, DEEP] } },
        beside: true as const,
      },
    ]),
  ],
  judge: (evidence) =>
    [...STYLES, IN_RUST].flatMap((contender) => [
      ...ADDED_TO.map((scenario) => atLeast(evidence.growth({ scenario, contender, from: SHALLOW, to: DEEP }), COSTLY)),
      atLeast(evidence.ratio({ scenario: CALL, contender, baseline: PLAIN, level: DEEP }), 1),
    ]),
};
