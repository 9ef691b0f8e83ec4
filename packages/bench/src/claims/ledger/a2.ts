// A2: a thread for each connection does well up to hundreds of connections.
import type { Claim } from "../claim.ts";
import { atLeast } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const FEW = 8;
const MOST = 512;
const MANY = [64, MOST];
/** Each is an engine of its own: hundreds take longer to start than anything that they could then be measured for. */
const MOST_WORKERS = 64;
const WORKERS = "worker-per-connection";
const NATIVE = "thread-per-connection";
const KEPT = 0.8;

export const a2: Claim = {
  id: "A2",
  source: `${BOOK}, ch. 1`,
  statement: "A thread for each connection scales well to hundreds of threads on today's Linux.",
  predicate:
    `A server in C with a blocking thread for each of ${MANY.join(" or ")} connections answers at least ${KEPT} times as many requests of 64 bytes ` +
    `per second as with ${FEW}; a server with a worker thread of JavaScript for each does so with ${MOST_WORKERS}. How long the threads take to be ` +
    "there and the memory they take are recorded beside.",
  minimumEffect: 0.05,
  needs: [
    { scenario: NATIVE, contenders: ["c-threads"], levels: [FEW, ...MANY], quick: { levels: [FEW, MOST] } },
    { scenario: WORKERS, contenders: ["threads"], levels: [FEW, MOST_WORKERS], quick: "left out" },
  ],
  judge: (evidence) => [
    ...MANY.map((to) =>
      atLeast(evidence.growth({ scenario: NATIVE, contender: "c-threads", from: FEW, to, metric: "throughput" }), KEPT),
    ),
    atLeast(
      evidence.growth({
        ...{ scenario: WORKERS, contender: "threads", metric: "throughput" },
        ...{ from: FEW, to: MOST_WORKERS },
      }),
      KEPT,
    ),
  ],
};
