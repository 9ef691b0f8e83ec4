// D4: each kind of channel has its place.
import { KINDS } from "../../programs/flow/channel-kinds.ts";
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "channel-kinds";
/** Measured beside: with one producer or receiver, and with sixteen. */
const ALONG = ["mpsc", "broadcast", "watch"];
/** Its own kind of channel comes first, and then the one that would do instead. */
const PLACES = [
  { own: 1, other: 2 },
  { own: 3, other: 4 },
  { own: 5, other: 6 },
];

export const d4: Claim = {
  id: "D4",
  source: `${BOOK}, ch. 8`,
  statement: "Each kind of channel has its place: mpsc, oneshot, broadcast and watch.",
  predicate:
    "In its own place each channel takes at least 5 % less time per value than another that would do: " +
    `${PLACES.map(({ own, other }) => `${KINDS[own - 1]} than ${KINDS[other - 1]}`).join("; ")}. What each costs with one and with ` +
    "sixteen producers or receivers is measured beside.",
  minimumEffect: 0.05,
  needs: [
    { scenario: SCENARIO, contenders: ["coroutine"], quick: { levels: [1, 2, 5, 6] } },
    { scenario: SCENARIO, contenders: ["tokio"], beside: true, quick: "left out" },
    ...ALONG.map((scenario) => ({
      ...{ scenario, contenders: ["coroutine", "tokio"], levels: [1, 16] },
      ...({ unpaired: true, beside: true, quick: "left out" } as const),
    })),
  ],
  judge: (evidence) =>
    evidence
      .contenders(SCENARIO)
      .flatMap((contender) =>
        PLACES.map(({ own, other }) =>
          atMost(evidence.growth({ scenario: SCENARIO, contender, from: other, to: own }), 1),
        ),
      ),
};
