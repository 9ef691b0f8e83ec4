// B2: dropping a future cancels it; dropping a handle detaches; aborting cancels, and the handle says so.
import { ABORTED, FUTURE_DROPPED, HANDLE_DROPPED } from "../../programs/model/ends.ts";
import type { Claim } from "../claim.ts";
import type { Evidence } from "../evidence.ts";
import { countIs } from "../predicates.ts";
import type { Part } from "../verdict.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "cancelled";
const TASKS = 1000;

export const b2: Claim = {
  id: "B2",
  source: `${BOOK}, ch. 8`,
  statement:
    "Dropping a future cancels it. Dropping a join handle lets its task run on; aborting cancels it, and the handle tells.",
  predicate:
    `Of ${TASKS} tasks that were polled once and wait, each is polled no more, runs its destructors and never completes when its future ` +
    "is dropped or it is aborted, which every handle then reports; all complete when their handles are dropped. For comparison: all " +
    "promises that nobody awaits any more complete.",
  minimumEffect: 0,
  needs: [{ scenario: SCENARIO, unpaired: true }],
  judge: (evidence) => [
    ...["coroutine", "tokio"].flatMap((contender) => exactly(evidence, contender)),
    countIs(
      evidence.count({ scenario: SCENARIO, contender: "native-async", level: FUTURE_DROPPED, name: "completed" }),
      TASKS,
    ),
  ],
};

function exactly(evidence: Evidence, contender: string): Part[] {
  const is = (level: number, name: string, expected: number): Part =>
    countIs(evidence.count({ scenario: SCENARIO, contender, level, name }), expected);
  return [
    ...[FUTURE_DROPPED, ABORTED].flatMap((level) => [
      is(level, "completed", 0),
      is(level, "drops", TASKS),
      is(level, "polls", TASKS),
    ]),
    is(HANDLE_DROPPED, "completed", TASKS),
    is(HANDLE_DROPPED, "drops", 0),
    is(ABORTED, "reported", TASKS),
  ];
}
