// A1: below about ten concurrent operations plain blocking code is faster than async, above it async is.
import type { Claim } from "../claim.ts";
import { crossoverWithin } from "../predicates.ts";
import { BOOK } from "./sources.ts";

/** "About ten", read generously. */
const ABOUT_TEN = { low: 2, high: 30 };
/** Beyond twice its end the range has nothing to tell. */
const LEVELS = [1, 2, 4, 8, 16, 64];
const SUBJECTS = [
  { scenario: "echo", contender: "single+epoll" },
  { scenario: "echo", contender: "single+uring" },
  { scenario: "file-read", contender: "single+uring" },
];

export const a1: Claim = {
  id: "A1",
  source: `${BOOK}, ch. 1`,
  statement: "Below about ten concurrent I/O operations plain blocking code is faster than async; above it async is.",
  predicate:
    `Of up to ${Math.max(...LEVELS)} operations at a time, there is a crossover N* within ${ABOUT_TEN.low} to ${ABOUT_TEN.high} above which every ` +
    "contender of this runtime (single+epoll, single+uring) is ahead of blocking calls on one thread in throughput, and below which " +
    "blocking is ahead.",
  minimumEffect: 0.05,
  needs: [
    {
      ...{ scenario: "echo", contenders: ["blocking", "single+epoll", "single+uring"], levels: LEVELS },
      quick: { contenders: ["blocking", "single+uring"] },
    },
    { scenario: "file-read", contenders: ["blocking", "single+uring"], levels: LEVELS, quick: "left out" },
  ],
  judge: (evidence) =>
    SUBJECTS.map((subject) =>
      crossoverWithin(evidence.crossover({ ...subject, baseline: "blocking", metric: "throughput" }), ABOUT_TEN),
    ),
};
