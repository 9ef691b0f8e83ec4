// C4: a regular file is never "not ready", so readiness cannot help with it, and completion can.
import type { Claim } from "../claim.ts";
import { atLeast, atMost, countIs } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const READINESS = { scenario: "file-readiness", contender: "single+epoll", level: 1 };
const CACHED = "files-cached";
const DIRECT = "files-direct";
const [ALONE, CROWD] = [1, 64];
const OVERLAPPED = 0.5;
const DEARER = 2;

export const c4: Claim = {
  id: "C4",
  source: `${BOOK}, ch. 7`,
  statement:
    "A regular file is never not ready: readiness cannot help with reading it, so its users take threads that block. Completion can help.",
  predicate:
    "epoll refuses a regular file. Past the page cache, a read of 4 KiB takes io_uring at most " +
    `${OVERLAPPED} times as long with ${CROWD} in flight as with one. From the page cache with ${CROWD} in flight, it takes at least ${DEARER} ` +
    "times the time of io_uring's by the threads of epoll's runtime, and by those of fs/promises.",
  minimumEffect: 0.05,
  needs: [
    { scenario: READINESS.scenario, unpaired: true },
    {
      ...{ scenario: CACHED, contenders: ["node", "single+epoll", "single+uring"], levels: [ALONE, CROWD] },
      quick: { levels: [CROWD] },
    },
    { scenario: DIRECT, contenders: ["single+uring"], levels: [ALONE, CROWD] },
    // Beside it.
    { scenario: DIRECT, contenders: ["blocking", "node"], levels: [ALONE, CROWD], unpaired: true, quick: "left out" },
  ],
  judge: (evidence) => [
    countIs(evidence.count({ ...READINESS, name: "refused" }), 1),
    atMost(evidence.growth({ scenario: DIRECT, contender: "single+uring", from: ALONE, to: CROWD }), OVERLAPPED),
    ...["single+epoll", "node"].map((contender) =>
      atLeast(evidence.ratio({ scenario: CACHED, contender, baseline: "single+uring", level: CROWD }), DEARER),
    ),
  ],
};
