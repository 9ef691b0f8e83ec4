// B11: tasks are nearly free, so one thread can hold a million of them.
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { INTRODUCTION } from "./sources.ts";

const SCENARIO = "pending-tasks";
const CONTENDERS = ["coroutine", "hand-written", "native-async", "effect", "tokio"];
const QUICK = CONTENDERS.filter((name) => name !== "effect");
/** The same tasks started again and again, once the compiler is done with them. */
const WARM = { scenario: "spawn-many", level: 100_000 };
const [THOUSANDS, MILLION] = [10_000, 1_000_000];
const BYTES = 1024;
const NS = 2000;

export const b11: Claim = {
  id: "B11",
  source: INTRODUCTION,
  statement: "Tasks are nearly free: one thread holds a million of them.",
  predicate:
    `A waiting task holds at most ${BYTES} bytes and is started within ${NS / 1000} us, among ten thousand and among a million, and one that ` +
    `returns at once is started and joined within ${NS / 1000} us among a hundred thousand: as a coroutine, written by hand, as an async ` +
    "function, as a fiber of Effect's, and in tokio.",
  minimumEffect: 0,
  needs: [
    {
      ...{ scenario: SCENARIO, contenders: CONTENDERS, unpaired: true },
      quick: { contenders: QUICK, levels: [THOUSANDS] },
    },
    {
      ...{ scenario: WARM.scenario, contenders: CONTENDERS, levels: [WARM.level], unpaired: true },
      quick: { contenders: QUICK },
    },
  ],
  judge: (evidence) =>
    CONTENDERS.flatMap((contender) => [
      ...[THOUSANDS, MILLION].flatMap((level) => [
        atMost(evidence.value({ scenario: SCENARIO, contender, level, metric: "bytes" }), BYTES),
        atMost(evidence.value({ scenario: SCENARIO, contender, level, metric: "time" }), NS),
      ]),
      atMost(evidence.value({ ...WARM, contender }), NS),
    ]),
};
