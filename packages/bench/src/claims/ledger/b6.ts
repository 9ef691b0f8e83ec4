// B6: what lives across a wait is kept, so large locals make large tasks.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "suspended-locals";
const [FEW, MANY] = [1, 100];
const GROWTH = 2;

export const b6: Claim = {
  id: "B6",
  source: `${BOOK}, ch. 5`,
  statement: "A suspended future is as large as what it still needs: many locals that live across an await blow it up.",
  predicate:
    `A task that waits with ${MANY} integers still to be used holds at least ${GROWTH} times the memory of one with ${FEW}: as an async ` +
    "function, as one compiled for ES2015, as a coroutine, a state machine written by hand, and in Rust.",
  minimumEffect: 0.05,
  needs: [
    {
      ...{ scenario: SCENARIO, levels: [FEW, MANY] },
      quick: { contenders: ["native-async", "coroutine", "tokio"] },
    },
  ],
  judge: (evidence) =>
    evidence
      .contenders(SCENARIO)
      .map((contender) => atLeast(evidence.growth({ scenario: SCENARIO, contender, from: FEW, to: MANY }), GROWTH)),
};
