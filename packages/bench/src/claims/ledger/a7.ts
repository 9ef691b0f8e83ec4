// A7: stack traces through state machines are harder to read.
import type { Claim } from "../claim.ts";
import { countIs, countSatisfies } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "stack-traces";
const [AT_ONCE, AFTER_WAIT] = [1, 2];
const STYLES = ["native-async", "coroutine", "coroutine (logical stack)", "hand-written", "effect", "tokio"];

export const a7: Claim = {
  id: "A7",
  source: `${BOOK}, ch. 1`,
  statement: "Stack traces through state machines are harder to read: they tell of polls, and not of who called whom.",
  predicate:
    "Of ten functions that call each other, the stack of an error names all when they are plain ones; and fewer than all, for an error that " +
    "comes after a wait, when they are async functions, coroutines, coroutines with the runtime's own logical stack switched on, state " +
    "machines written by hand, Effects (in how Effect prints a cause), or Rust's.",
  minimumEffect: 0,
  needs: [
    { scenario: SCENARIO, contenders: ["direct-call"], levels: [AT_ONCE], unpaired: true },
    { scenario: SCENARIO, contenders: STYLES, levels: [AFTER_WAIT], unpaired: true },
  ],
  judge: (evidence) => [
    countIs(evidence.count({ scenario: SCENARIO, contender: "direct-call", level: AT_ONCE, name: "callersShare" }), 1),
    ...STYLES.map((contender) =>
      countSatisfies(
        evidence.count({ scenario: SCENARIO, contender, level: AFTER_WAIT, name: "callersShare" }),
        "less than 1",
        (share) => share < 1,
      ),
    ),
  ],
};
