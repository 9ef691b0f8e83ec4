// B12: static dispatch beats a boxed trait object also for asynchronous methods.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const [SCENARIO, IN_RUST] = ["service-dispatch", "async-trait"];
const [ONE_CLASS, EIGHT_CLASSES] = [1, 8];
const [GENERIC, OBJECT] = [1, 2];
const MORE = 1.2;

export const b12: Claim = {
  id: "B12",
  source: `${BOOK}, ch. 10`,
  statement: "Calling an asynchronous method through a generic is faster than through a boxed trait object.",
  predicate:
    "A call of a service through its interface, with the await of its answer, takes at least " +
    `${MORE} times the time at a call site that sees eight classes of services in turn as at one that sees a single class, which a ` +
    "JIT compiler treats as a static call. In Rust the same through a boxed trait object as through a generic.",
  minimumEffect: 0.05,
  needs: [
    { scenario: SCENARIO, levels: [ONE_CLASS, EIGHT_CLASSES] },
    { scenario: IN_RUST, beside: true, quick: "left out" },
  ],
  judge: (evidence) => [
    atLeast(evidence.growth({ scenario: SCENARIO, contender: "coroutine", from: ONE_CLASS, to: EIGHT_CLASSES }), MORE),
    atLeast(evidence.growth({ scenario: IN_RUST, contender: "tokio", from: GENERIC, to: OBJECT }), MORE),
  ],
};
