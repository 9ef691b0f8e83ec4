// D5: an asynchronous mutex costs more than none, and one that is held across a wait serialises.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const [COST, HELD] = ["lock-or-none", "lock-held"];
const [NONE, MUTEX] = [1, 2];
const [WHILE_HOLDING, AFTER_LETTING_GO] = [1, 2];
const TASKS = 50;
/** All tasks wait one after the other; half of that is asked. */
const SERIAL = TASKS / 2;

export const d5: Claim = {
  id: "D5",
  source: `${BOOK}, ch. 12`,
  statement:
    "An asynchronous mutex costs more than none, and one that is held across an await makes tasks wait for each other.",
  predicate:
    "Counting under a free mutex takes at least 5 % more time than counting after as many awaits without one; and " +
    `${TASKS} tasks that wait 2 ms each take at least ${SERIAL} times as long when they hold a shared lock meanwhile as when they have ` +
    "let go of it.",
  minimumEffect: 0.05,
  needs: [{ scenario: COST }, { scenario: HELD }],
  judge: (evidence) => [
    atLeast(evidence.growth({ scenario: COST, contender: "coroutine", from: NONE, to: MUTEX }), 1),
    ...evidence
      .contenders(HELD)
      .map((contender) =>
        atLeast(evidence.growth({ scenario: HELD, contender, from: AFTER_LETTING_GO, to: WHILE_HOLDING }), SERIAL),
      ),
  ],
};
