// B4: polls without a cause change no result, and cost something.
import type { Claim } from "../claim.ts";
import { atLeast, countIs } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "spurious-polls";
const [ONE, ELEVEN] = [1, 11];
const EVENTS = 10_000;

export const b4: Claim = {
  id: "B4",
  source: `${BOOK}, ch. 3`,
  statement: "A poll without a cause is harmless, but not free.",
  predicate:
    `With ten spurious wakes for each event, a task is polled for nothing exactly that often and still sees every event once ` +
    "(otherwise the run has no number), and an event takes at least 5 % more time than with none.",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO, levels: [ONE, ELEVEN], quick: { contenders: ["coroutine"] } }],
  judge: (evidence) =>
    ["coroutine", "tokio"].flatMap((contender) => [
      countIs(evidence.count({ scenario: SCENARIO, contender, level: ELEVEN, name: "spuriousPolls" }), 10 * EVENTS),
      countIs(evidence.count({ scenario: SCENARIO, contender, level: ONE, name: "spuriousPolls" }), 0),
      atLeast(evidence.growth({ scenario: SCENARIO, contender, from: ONE, to: ELEVEN }), 1),
    ]),
};
