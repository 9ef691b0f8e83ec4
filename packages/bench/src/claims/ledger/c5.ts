// C5: io_uring works from Linux 5.1 on.
import type { Claim } from "../claim.ts";
import { countIs } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const PLACE = { scenario: "uring-since", contender: "single+uring", level: 1 };

export const c5: Claim = {
  id: "C5",
  source: `${BOOK}, ch. 7`,
  statement: "io_uring works from Linux 5.1 on.",
  predicate:
    "Every operation and flag that io_uring had in Linux 5.1, used once, works on this kernel, and none works that is said to be newer than " +
    "it. Four operations that a server needs (accept, connect, send, receive) are among those of 5.1.",
  minimumEffect: 0,
  needs: [{ scenario: PLACE.scenario, unpaired: true }],
  judge: (evidence) =>
    ["firstFailing", "early", "socketsLater"].map((name) => countIs(evidence.count({ ...PLACE, name }), 0)),
};
