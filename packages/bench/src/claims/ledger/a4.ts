// A4: a boxed future is an indirection, and defeats inlining.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const [DISPATCH, BOXING] = ["dispatch", "boxing"];
const [ONE_CLASS, EIGHT_CLASSES] = [1, 8];
const [INLINED, BOXED, POLLUTED] = [1, 2, 3];
const CONTENDER = "hand-written";
const MANY = 1.5;

export const a4: Claim = {
  id: "A4",
  source: `${BOOK}, ch. 1`,
  statement: "Dynamic dispatch has a price: a boxed future is an indirection, and nothing can be inlined through it.",
  predicate:
    `At one call site, a poll takes at least ${MANY} times the time when it sees eight classes of futures in turn as when it sees one; and a ` +
    "future that reaches another through a reference takes at least 5 % more time than one that has the other's code taken in, also where " +
    "the call site has seen one class only. (A JIT compiler sees through a reference as long as it has seen few classes; a compiler ahead " +
    "of time does not through a trait object.)",
  minimumEffect: 0.05,
  needs: [
    { scenario: DISPATCH, levels: [ONE_CLASS, EIGHT_CLASSES] },
    { scenario: BOXING, quick: { levels: [INLINED, BOXED] } },
  ],
  judge: (evidence) => [
    ...[CONTENDER, "tokio"].map((contender) =>
      atLeast(evidence.growth({ scenario: DISPATCH, contender, from: ONE_CLASS, to: EIGHT_CLASSES }), MANY),
    ),
    ...[BOXED, POLLUTED].map((to) =>
      atLeast(evidence.growth({ scenario: BOXING, contender: CONTENDER, from: INLINED, to }), 1),
    ),
    atLeast(evidence.growth({ scenario: BOXING, contender: "tokio", from: INLINED, to: BOXED }), 1),
  ],
};
