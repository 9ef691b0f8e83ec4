// D7: folding a stream takes constant memory; collecting it does not.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "fold-or-collect";
const [FOLD, COLLECT] = [1, 2];
const MIB = 2 ** 20;
const CONSTANT = 32 * MIB;
/** Ten million numbers of at least four bytes each. */
const ALL = 38 * MIB;

export const d7: Claim = {
  id: "D7",
  source: `${BOOK}, ch. 11`,
  statement: "Folding a stream takes constant memory; collecting it takes memory for every item.",
  predicate:
    `Folding ten million numbers makes the process's peak memory grow by at most ${CONSTANT / MIB} MiB, which is what its young garbage may ` +
    `take, and collecting them by at least ${ALL / MIB} MiB.`,
  minimumEffect: 0,
  needs: [{ scenario: SCENARIO, unpaired: true }],
  judge: (evidence) => {
    const place = { scenario: SCENARIO, contender: "coroutine" };
    return [
      atMost(evidence.value({ ...place, level: FOLD }), CONSTANT),
      atLeast(evidence.value({ ...place, level: COLLECT }), ALL),
    ];
  },
};
