// B8: a thread for each timer does not scale; a timer wheel does.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "timers-held";
const [FEW, THOUSAND, CROWD] = [10, 1000, 100_000];
const MIB = 2 ** 20;
const KIB = 2 ** 10;
const FLAT = 2;

export const b8: Claim = {
  id: "B8",
  source: `${BOOK}, ch. 6`,
  statement: "A thread for each timer does not scale; a timer wheel does.",
  predicate:
    `A worker thread for each of ${FEW} timers takes at least 1 MiB of resident memory each. A wheel takes at most 1 KiB for each of ` +
    `${CROWD} timers, and starting one costs at most ${FLAT} times the processor time that it costs with ${THOUSAND}.`,
  minimumEffect: 0.05,
  needs: [
    { scenario: SCENARIO, contenders: ["threads"], levels: [FEW] },
    {
      scenario: SCENARIO,
      contenders: ["coroutine", "coroutine (twin)", "set-timeout"],
      quickLevels: [THOUSAND, CROWD],
    },
  ],
  judge: (evidence) => [
    atLeast(evidence.value({ scenario: SCENARIO, contender: "threads", level: FEW, metric: "residentBytes" }), MIB),
    atMost(evidence.value({ scenario: SCENARIO, contender: "coroutine", level: CROWD, metric: "residentBytes" }), KIB),
    atMost(
      evidence.growth({ scenario: SCENARIO, contender: "coroutine", from: THOUSAND, to: CROWD, metric: "cpu" }),
      FLAT,
    ),
  ],
};
