// B10: a select that asks its branches in order starves the later ones; a random order is fair.
import type { Claim } from "../claim.ts";
import { atLeast, countIs } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "select-order";
const [AS_WRITTEN, AT_RANDOM] = [1, 2];
/** A third, less by far more than the scatter of a million choices. */
const FAIR = 0.32;

export const b10: Claim = {
  id: "B10",
  source: `${BOOK}, ch. 12`,
  statement:
    "A select that polls its branches in the order in which they are written starves the later ones; a random order is fair.",
  predicate:
    "Among three branches that are always ready, the last wins no round of a million in a select that asks in order, and at least " +
    `${FAIR * 100} % of them, as the first does, in one that begins at random.`,
  minimumEffect: 0,
  needs: [{ scenario: SCENARIO, unpaired: true }],
  judge: (evidence) =>
    ["coroutine", "tokio"].flatMap((contender) => [
      countIs(evidence.count({ scenario: SCENARIO, contender, level: AS_WRITTEN, name: "lastShare" }), 0),
      atLeast(evidence.value({ scenario: SCENARIO, contender, level: AT_RANDOM, metric: "lastShare" }), FAIR),
      atLeast(evidence.value({ scenario: SCENARIO, contender, level: AT_RANDOM, metric: "firstShare" }), FAIR),
    ]),
};
