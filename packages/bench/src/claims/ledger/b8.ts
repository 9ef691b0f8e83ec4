// B8: a thread for each timer does not scale; a timer wheel does.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "timers-held";
const [FEW, THOUSAND, CROWD, MILLION] = [10, 1000, 100_000, 1_000_000];
const MIB = 2 ** 20;
const KIB = 2 ** 10;
const FLAT = 2;
/** A thread touches a page of its stack at the least. */
const PAGE = 4 * KIB;
/** How much more a thread has to take for it not to scale where a wheel does. */
const MORE_TIME = 5;
const WHEELS = ["coroutine", "tokio"];

export const b8: Claim = {
  id: "B8",
  source: `${BOOK}, ch. 6`,
  statement: "A thread for each timer does not scale; a timer wheel does.",
  predicate:
    `A timer among ${THOUSAND} in a wheel, with its task, takes at most 1 / ${MORE_TIME} of the processor time that a thread of the operating ` +
    `system's takes for each; a wheel takes at most 1 KiB of resident memory for each of ${CROWD} timers, and this project's also of a million, ` +
    `and a thread at least 4 KiB for each of ${THOUSAND} (in C, with the default stack, of which only what is used is resident), or a worker ` +
    `thread of JavaScript 1 MiB for each of ${FEW}. Starting a timer in a wheel costs at most ${FLAT} times as much among ${CROWD} as among ${THOUSAND}.`,
  minimumEffect: 0.05,
  needs: [
    { scenario: SCENARIO, contenders: ["threads"], levels: [FEW], unpaired: true },
    { scenario: SCENARIO, contenders: ["c-threads"], levels: [THOUSAND] },
    { scenario: SCENARIO, contenders: ["coroutine"], levels: [THOUSAND, CROWD] },
    { scenario: SCENARIO, contenders: ["coroutine"], levels: [MILLION], quick: "left out", unpaired: true },
    { scenario: SCENARIO, contenders: ["tokio"], levels: [THOUSAND, CROWD], beside: true, quick: "left out" },
  ],
  judge: (evidence) => [
    atLeast(evidence.value({ scenario: SCENARIO, contender: "threads", level: FEW, metric: "residentBytes" }), MIB),
    atLeast(
      evidence.value({ scenario: SCENARIO, contender: "c-threads", level: THOUSAND, metric: "residentBytes" }),
      PAGE,
    ),
    ...WHEELS.flatMap((contender) => {
      const wheel = { scenario: SCENARIO, contender };
      const beside = { ...wheel, baseline: "c-threads", level: THOUSAND, metric: "cpu" };
      return [
        atMost(evidence.ratio(beside), 1 / MORE_TIME),
        ...(contender === "tokio" ? [CROWD] : [CROWD, MILLION]).map((level) =>
          atMost(evidence.value({ ...wheel, level, metric: "residentBytes" }), KIB),
        ),
        atMost(evidence.growth({ ...wheel, from: THOUSAND, to: CROWD, metric: "cpu" }), FLAT),
      ];
    }),
  ],
};
