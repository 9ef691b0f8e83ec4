// C1: readiness takes a wait and then a call for each operation; completion has many of them in one call.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const SCENARIO = "calls-seen";
const CROWD = 64;
const READINESS = ["single+epoll"];
const COMPLETION = ["single+uring", "single+uring multishot"];
const CALLS = 2;
const BATCHED = 0.5;
const TOLERANCE = 0.02;

export const c1: Claim = {
  id: "C1",
  source: `${BOOK}, ch. 7`,
  statement:
    "Readiness takes a wait and then a system call for each operation; completion batches many operations into one.",
  predicate:
    `Echo on ${CROWD} connections takes at least ${CALLS} system calls a request on epoll (a receive and a send, besides its share of a ` +
    `wait), and at most ${BATCHED} on io_uring. The drivers count them; strace, in a run in which nothing is timed, sees the same, name by name, to within ` +
    `${TOLERANCE * 100} %.`,
  minimumEffect: 0,
  needs: [
    {
      ...{ scenario: SCENARIO, contenders: [...READINESS, ...COMPLETION], levels: [CROWD], unpaired: true },
      quick: { contenders: ["single+uring"] },
    },
  ],
  judge: (evidence) => {
    const at = (contender: string, metric: string): Parameters<typeof evidence.value>[0] => ({
      ...{ scenario: SCENARIO, level: CROWD },
      ...{ contender, metric },
    });
    return [
      ...READINESS.map((contender) => atLeast(evidence.value(at(contender, "syscalls")), CALLS)),
      ...COMPLETION.map((contender) => atMost(evidence.value(at(contender, "syscalls")), BATCHED)),
      ...[...READINESS, ...COMPLETION].map((contender) =>
        atMost(evidence.value(at(contender, "difference")), TOLERANCE),
      ),
    ];
  },
};
