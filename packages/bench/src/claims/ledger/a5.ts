// A5: cooperative scheduling has a cost of its own.
import { PLAIN_CALL, REGISTER, SPAWN, SWITCHES, THREAD_ON_CORE, WAKE, YIELD } from "../../programs/cost/switches.ts";
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "switches";
const STEPS = [YIELD, WAKE, SPAWN, REGISTER];
const MORE = 5;
const LESS = 0.2;

export const a5: Claim = {
  id: "A5",
  source: `${BOOK}, ch. 1`,
  statement: "Cooperative scheduling has a cost: a queue of tasks, wakers, and registrations for I/O.",
  predicate:
    `Each step (${STEPS.map((step) => SWITCHES[step - 1]).join(", ")}) takes at least ${MORE} times the time of a plain call. Beside it: yielding to ` +
    `another task takes at most ${LESS} times the time of a switch to another thread on the same core. (On two cores, which is measured too, a switch ` +
    "takes longer still, as a wake-up has to reach the other one.)",
  minimumEffect: 0.05,
  needs: [{ scenario: SCENARIO, quick: { contenders: ["coroutine"], levels: [PLAIN_CALL, YIELD, THREAD_ON_CORE] } }],
  judge: (evidence) =>
    evidence
      .contenders(SCENARIO)
      .flatMap((contender) => [
        ...STEPS.map((to) => atLeast(evidence.growth({ scenario: SCENARIO, contender, from: PLAIN_CALL, to }), MORE)),
        atMost(evidence.growth({ scenario: SCENARIO, contender, from: THREAD_ON_CORE, to: YIELD }), LESS),
      ]),
};
