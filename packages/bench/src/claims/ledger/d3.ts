// D3: a bounded channel holds a fast producer back; an unbounded one grows.
import type { Claim } from "../claim.ts";
import { atLeast, countSatisfies } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "back-pressure";
const [BOUNDED, UNBOUNDED] = [1, 2];
const CAPACITY = 1000;
const MESSAGES = 50_000;
/** What a consumer that takes ten turns for a message leaves of them, less a fifth. */
const LEFT = 0.7 * MESSAGES;
const GROWTH = 1.2;

export const d3: Claim = {
  id: "D3",
  source: `${BOOK}, ch. 13`,
  statement: "A bounded channel gives back-pressure; an unbounded one grows for as long as its producer is the faster.",
  predicate:
    `With a producer ten times as fast as the consumer and ${MESSAGES} messages of 1 KiB, a channel bounded to ${CAPACITY} never holds more ` +
    `than these, an unbounded one comes to hold at least ${LEFT}, and the process's peak memory is at least ${GROWTH} times as high: ` +
    "with this project's channels, tokio's, and a stream of Node.js whose writer waits for its drain, or does not.",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO, quick: { contenders: ["coroutine"] } }],
  judge: (evidence) =>
    evidence.contenders(SCENARIO).flatMap((contender) => {
      const place = { scenario: SCENARIO, contender };
      const queued = (level: number) => evidence.count({ ...place, level, name: "peakQueued" });
      return [
        countSatisfies(queued(BOUNDED), `at most ${CAPACITY}`, (peak) => peak <= CAPACITY),
        countSatisfies(queued(UNBOUNDED), `at least ${LEFT}`, (peak) => peak >= LEFT),
        atLeast(evidence.growth({ ...place, from: BOUNDED, to: UNBOUNDED, metric: "peakRssBytes" }), GROWTH),
      ];
    }),
};
