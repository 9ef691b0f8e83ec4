// D1: work stealing evens out a skewed load; a single thread does without its cost where there is little to share.
import type { Claim } from "../claim.ts";
import { twoCores } from "../gates.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "parallel";
const [BALANCED, SKEWED, SHORT, TINY] = [1, 2, 3, 4];
const [PLAIN, SLICES, STEALING, IN_RUST] = ["direct-call", "partition", "stealing", "tokio (threads)"];
/** On two cores: the time of a task beside the plain loop's. */
const SPEED_UPS = [
  { level: BALANCED, atMost: 1 / 1.7 },
  { level: SKEWED, atMost: 1 / 1.6 },
  { level: SHORT, atMost: 1 / 1.5 },
];
/** Both loads have the same work: slices of the skewed one take 1.44 times as long, and half of that, as a factor, is 1.2. */
const EVENED_OUT = 1.2;

export const d1: Claim = {
  id: "D1",
  source: `${BOOK}, ch. 8`,
  statement: "Work stealing evens out a skewed load; on tiny tasks a single thread is better off without its cost.",
  predicate:
    `With two workers, a skewed load takes a work-stealing runtime at most ${EVENED_OUT} times as long as a balanced one with as much work, ` +
    `this project's and tokio's alike, and slices that are fixed beforehand at least as much; so it is done in less time than in such slices. ` +
    "Beside a plain loop, tasks of 10 us take at most 1 / 1.7 of the time for each, unlike ones at most 1 / 1.6, and tasks of 2 us at most " +
    "1 / 1.5; and tasks of 0.1 us take more. What is less or more is so by at least 5 %.",
  minimumEffect: 0.05,
  needs: [
    { scenario: SCENARIO, contenders: [STEALING, PLAIN], quick: { levels: [BALANCED, SKEWED] } },
    { scenario: SCENARIO, contenders: [SLICES], levels: [BALANCED, SKEWED] },
    { scenario: SCENARIO, contenders: [IN_RUST], levels: [BALANCED, SKEWED], beside: true },
  ],
  gate: twoCores,
  judge: (evidence) => {
    // Each beside itself: another language's loop is another compiler's, and its ratio to this one's says nothing of stealing.
    const skew = (contender: string) => evidence.growth({ scenario: SCENARIO, contender, from: BALANCED, to: SKEWED });
    const beside = (baseline: string, level: number) =>
      evidence.ratio({ scenario: SCENARIO, contender: STEALING, level, baseline });
    return [
      ...[STEALING, IN_RUST].map((contender) => atMost(skew(contender), EVENED_OUT)),
      atLeast(skew(SLICES), EVENED_OUT),
      atMost(beside(SLICES, SKEWED), 1),
      ...SPEED_UPS.map(({ level, atMost: bound }) => atMost(beside(PLAIN, level), bound)),
      atLeast(beside(PLAIN, TINY), 1),
    ];
  },
};
