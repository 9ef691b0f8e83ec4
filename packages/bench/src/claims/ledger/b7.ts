// B7: a value is dropped at the transition after its last use.
import type { Claim } from "../claim.ts";
import { countIs } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "last-use";
const [BEFORE, AFTER] = [1, 2];
const TASKS = 100;

export const b7: Claim = {
  id: "B7",
  source: `${BOOK}, ch. 5`,
  statement:
    "A state machine lets go of a value at the transition where it was last needed, while the task still waits.",
  predicate:
    `Of ${TASKS} waiting tasks, each with a large value that stays in scope, all values are gone when they were last used before the wait, ` +
    "and none when they are used after it: as async functions, coroutines, state machines written by hand, and in Rust.",
  minimumEffect: 0,
  needs: [{ scenario: SCENARIO, unpaired: true, quick: { contenders: ["native-async", "coroutine", "tokio"] } }],
  judge: (evidence) =>
    evidence
      .contenders(SCENARIO)
      .flatMap((contender) => [
        countIs(evidence.count({ scenario: SCENARIO, contender, level: BEFORE, name: "collected" }), TASKS),
        countIs(evidence.count({ scenario: SCENARIO, contender, level: AFTER, name: "collected" }), 0),
      ]),
};
