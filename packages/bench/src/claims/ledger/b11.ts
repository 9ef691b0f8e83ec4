// B11: tasks are nearly free, so one thread can hold a million of them.
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { PATTERNS } from "./sources.ts";

const SCENARIO = "pending-tasks";
const [THOUSANDS, MILLION] = [10_000, 1_000_000];
const BYTES = 1024;
const NS = 2000;

export const b11: Claim = {
  id: "B11",
  source: PATTERNS,
  statement: "Tasks are nearly free: one thread holds a million of them.",
  predicate:
    `A waiting task holds at most ${BYTES} bytes and is started within ${NS / 1000} us, among ten thousand and among a million: as a ` +
    "coroutine, written by hand, as an async function, and in tokio. (The quick run has the ten thousand alone.)",
  minimumEffect: 0,
  needs: [
    {
      scenario: SCENARIO,
      contenders: ["coroutine", "hand-written", "native-async", "effect", "tokio"],
      quickLevels: [THOUSANDS],
    },
  ],
  judge: (evidence) =>
    ["coroutine", "hand-written", "native-async", "tokio"].flatMap((contender) =>
      evidence
        .levels(SCENARIO)
        .filter((level) => level === THOUSANDS || level === MILLION)
        .flatMap((level) => [
          atMost(evidence.value({ scenario: SCENARIO, contender, level, metric: "bytes" }), BYTES),
          atMost(evidence.value({ scenario: SCENARIO, contender, level, metric: "time" }), NS),
        ]),
    ),
};
