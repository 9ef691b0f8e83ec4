// C2: io_uring is ahead of epoll where the cost of system calls is the bottleneck, and not elsewhere.
import type { Claim } from "../claim.ts";
import { atLeast, atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const CONNECTIONS = "echo-connections";
const SIZES = "echo-sizes";
const READINESS = "single+epoll";
const COMPLETION = ["single+uring", "single+uring multishot"];
const QUICK = [READINESS, "single+uring"];
const MINIMUM = 0.05;
/** "Not cheaper": by less than the minimum effect at most. */
const NOT_LESS = 1 / (1 + MINIMUM);

export const c2: Claim = {
  id: "C2",
  source: `${BOOK}, ch. 7`,
  statement: "io_uring is ahead of epoll where the cost of system calls is the bottleneck, and not elsewhere.",
  predicate:
    "Where a request is mostly system calls (64 bytes on 512 connections; 16 bytes on 64), it takes less processor time on io_uring than on " +
    "epoll, by this project's drivers. Where a request has a wait of its own (one connection) or is mostly copying (64 KiB on 64 " +
    "connections), it does not take less.",
  minimumEffect: MINIMUM,
  needs: [
    {
      ...{ scenario: CONNECTIONS, contenders: [READINESS, ...COMPLETION], levels: [1, 64, 512] },
      quick: { contenders: QUICK, levels: [512] },
    },
    {
      ...{ scenario: SIZES, contenders: [READINESS, ...COMPLETION], levels: [16, 1024, 16_384, 65_536] },
      quick: { contenders: QUICK, levels: [65_536] },
    },
  ],
  judge: (evidence) =>
    COMPLETION.flatMap((contender) => {
      const cost = (scenario: string, level: number): ReturnType<typeof evidence.ratio> =>
        evidence.ratio({ scenario, contender, baseline: READINESS, level, metric: "cpu" });
      return [
        atMost(cost(CONNECTIONS, 512), 1),
        atMost(cost(SIZES, 16), 1),
        atLeast(cost(CONNECTIONS, 1), NOT_LESS),
        atLeast(cost(SIZES, 65_536), NOT_LESS),
      ];
    }),
};
