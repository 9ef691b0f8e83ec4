// C6: one thread serves ten thousand connections, most of which are silent.
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { INTRODUCTION } from "./sources.ts";

const SCENARIO = "idle-connections";
const CROWD = 10_000;
const KIB = 1024;
const MOST_KIB = 10;
const MOST_COST = 1.1;

export const c6: Claim = {
  id: "C6",
  source: INTRODUCTION,
  statement:
    "One thread serves ten thousand connections, and a design for a hundred thousand or a million is the same.",
  predicate:
    `With ${CROWD} silent connections beside 64 active ones, each takes at most ${MOST_KIB} KiB of the server's resident memory, and the ` +
    `active ones have at most ${MOST_COST} times the median latency that they have without them. The line to 100,000 and to a million ` +
    "connections is that memory times their number: an extrapolation, recorded as such and not judged.",
  minimumEffect: 0.05,
  needs: [
    {
      ...{ scenario: SCENARIO, contenders: ["single+epoll", "single+uring multishot"], levels: [CROWD] },
      ...({ unpaired: true, quick: { contenders: ["single+uring multishot"] } } as const),
    },
    { scenario: SCENARIO, contenders: ["tokio"], levels: [CROWD], beside: true, unpaired: true, quick: "left out" },
  ],
  judge: (evidence) =>
    ["single+epoll", "single+uring multishot", "tokio"].flatMap((contender) => {
      const place = { scenario: SCENARIO, contender, level: CROWD };
      return [
        atMost(evidence.value({ ...place, metric: "idleBytes" }), MOST_KIB * KIB),
        atMost(evidence.value({ ...place, metric: "p50Cost" }), MOST_COST),
      ];
    }),
};
