// B3: an executor that polls in a loop uses a processor while it waits; one that parks does not.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const PLACE = { scenario: "idle-wait", level: 200 };
const BUSY = 0.8;
const IDLE = 0.1;

export const b3: Claim = {
  id: "B3",
  source: `${BOOK}, ch. 3`,
  statement:
    "An executor that polls in a loop burns a processor while it waits; one that sleeps until it is woken does not.",
  predicate:
    `While one task waits for ${PLACE.level} ms, polling in a loop takes at least ${BUSY * 100} % of a processor, and a parked executor ` +
    `(this project's, Node.js's event loop, tokio's) at most ${IDLE * 100} %.`,
  minimumEffect: 0,
  needs: [{ scenario: PLACE.scenario, unpaired: true }],
  judge: (evidence) => [
    atLeast(evidence.value({ ...PLACE, contender: "busy-poll" }), BUSY),
    ...["coroutine", "native-async", "tokio"].map((contender) => atMost(evidence.value({ ...PLACE, contender }), IDLE)),
  ],
};
