// B1: a future does nothing until it is polled, where a promise starts at once.
import type { Claim } from "../claim.ts";
import { countIs } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const PLACE = { scenario: "created-unpolled", level: 1, name: "started" };
const LAZY = ["coroutine", "hand-written", "effect", "tokio"];

export const b1: Claim = {
  id: "B1",
  source: `${BOOK}, ch. 2`,
  statement: "A future is lazy: creating one runs nothing of it until it is polled. A promise starts at once.",
  predicate:
    "Of 1000 operations that are created and never polled, none runs its body as a coroutine, a hand-written future, an Effect or a " +
    "future of Rust's, and all 1000 do as native async functions.",
  minimumEffect: 0,
  needs: [{ scenario: PLACE.scenario, contenders: ["native-async", ...LAZY], unpaired: true }],
  judge: (evidence) => [
    ...LAZY.map((contender) => countIs(evidence.count({ ...PLACE, contender }), 0)),
    countIs(evidence.count({ ...PLACE, contender: "native-async" }), 1000),
  ],
};
