// D1: work stealing evens out a skewed load; a single thread does without its cost where there is little to share.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "parallel";
const [BALANCED, SKEWED, SHORT, TINY] = [1, 2, 3, 4];
/** On two cores: the time of a task beside the plain loop's. */
const SPEED_UPS = [
  { level: BALANCED, atMost: 1 / 1.7 },
  { level: SKEWED, atMost: 1 / 1.6 },
  { level: SHORT, atMost: 1 / 1.5 },
];

export const d1: Claim = {
  id: "D1",
  source: `${BOOK}, ch. 8`,
  statement: "Work stealing evens out a skewed load; on tiny tasks a single thread is better off without its cost.",
  predicate:
    "With two workers, tasks of 10 us take at most 1 / 1.7 of the time that a plain loop takes for each, unlike ones at most 1 / 1.6, and tasks of " +
    "2 us at most 1 / 1.5; a skewed load takes less time than in slices that are fixed beforehand; and tasks of 0.1 us take more " +
    "time than in a plain loop. Each by at least 5 %.",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO }],
  judge: (evidence) =>
    ["stealing", "tokio (threads)"].flatMap((contender) => {
      const against = (level: number, baseline: string) =>
        evidence.ratio({ scenario: SCENARIO, contender, level, baseline });
      return [
        // Rust's loop is another compiler's: its ratio to JavaScript's says nothing of stealing.
        ...(contender === "stealing"
          ? SPEED_UPS.map(({ level, atMost: bound }) => atMost(against(level, "direct-call"), bound))
          : []),
        ...(contender === "stealing" ? [atLeast(against(TINY, "direct-call"), 1)] : []),
        atMost(against(SKEWED, "partition"), 1),
      ];
    }),
};
