// D6: a pipeline that buffers N steps is bounded by N, and about N times as fast.
import type { Claim } from "../claim.ts";
import { atMost, countIs } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "buffered";
const [ONE, TEN, HUNDRED] = [1, 10, 100];
/** "About": at least six tenths of it. */
const ABOUT = 0.6;

export const d6: Claim = {
  id: "D6",
  source: `${BOOK}, ch. 11`,
  statement: "Buffering N steps of a stream bounds what is under way to N, and gives about N times the throughput.",
  predicate:
    `A thousand steps of 2 ms take at most 1 / (${ABOUT} N) of the time of so many one after the other when N = ${TEN} or ${HUNDRED} of them may be ` +
    "under way, and exactly N are at most: in a stream of this project's, with p-limit, and in Effect.",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO, quick: { contenders: ["coroutine"], levels: [ONE, TEN] } }],
  judge: (evidence) =>
    evidence.contenders(SCENARIO).flatMap((contender) => {
      const place = { scenario: SCENARIO, contender };
      return [TEN, HUNDRED].flatMap((level) => [
        countIs(evidence.count({ ...place, level, name: "peakConcurrency" }), level),
        atMost(evidence.growth({ ...place, from: ONE, to: level }), 1 / (ABOUT * level)),
      ]);
    }),
};
