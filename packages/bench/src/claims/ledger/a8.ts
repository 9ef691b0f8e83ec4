// A8: work that only computes gains nothing from async, and makes others late.
import type { Claim } from "../claim.ts";
import { twoCores } from "../gates.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const PLACE = { scenario: "cpu-bound", level: 1 };
const PLAIN = "direct-call";
const COOPERATIVE = ["coroutine", "native-async"];
const THREADS = ["stealing", "piscina"];
const JITTER_NS = 500_000;

export const a8: Claim = {
  id: "A8",
  source: `${BOOK}, ch. 1`,
  statement:
    "Work that only computes gains nothing from async, and cooperative scheduling makes a frame loop beside it late.",
  predicate:
    "Hashing and compressing chunks of 64 KiB takes at least 0.95 times the time of plain calls when other tasks get a turn after each " +
    "chunk (as coroutines and promises), and at most 0.8 times on two threads (work stealing, piscina; two cores have the frames to do " +
    `as well). With the turns, the p99 lateness of a frame is at least ${JITTER_NS / 1e6} ms, and less than without them.`,
  minimumEffect: 0.05,
  needs: [
    {
      ...{ scenario: PLACE.scenario, contenders: [PLAIN, ...COOPERATIVE, ...THREADS] },
      quick: { contenders: [PLAIN, "coroutine", "stealing"] },
    },
  ],
  gate: twoCores,
  judge: (evidence) => [
    ...COOPERATIVE.flatMap((contender) => {
      const pair = { ...PLACE, contender, baseline: PLAIN };
      return [
        atLeast(evidence.ratio(pair), 0.95),
        atLeast(evidence.value({ ...PLACE, contender, metric: "p99LatenessNs" }), JITTER_NS),
        atMost(evidence.ratio({ ...pair, metric: "p99LatenessNs" }), 1),
      ];
    }),
    ...THREADS.map((contender) => atMost(evidence.ratio({ ...PLACE, contender, baseline: PLAIN }), 0.8)),
  ],
};
