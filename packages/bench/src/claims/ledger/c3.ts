// C3: registered buffers spare the kernel work at each operation.
import type { Claim } from "../claim.ts";
import { atMost } from "../predicates.ts";
import { BOOK } from "./sources.ts";

const FILES = "file-sizes";
const SOCKETS = "zero-copy";
const LONG = 65_536;
const LONGEST = 1_048_576;

export const c3: Claim = {
  id: "C3",
  source: `${BOOK}, ch. 7`,
  statement:
    "Buffers that are registered with io_uring beforehand spare it copying them, or pinning their pages, at each operation.",
  predicate:
    `Reads of 4 KiB, ${LONG / 1024} KiB and 1 MiB from a file in memory, and sends of ${LONG / 1024} KiB that ask for no copy, take less ` +
    "processor time with registered buffers than with plain ones. Whether a send was copied after all, the kernel says itself: that is " +
    "recorded beside, and over loopback it is always so.",
  minimumEffect: 0.02,
  needs: [
    {
      ...{ scenario: FILES, contenders: ["single+uring", "single+uring registered"], levels: [4096, LONG, LONGEST] },
      quick: { levels: [LONG] },
    },
    {
      ...{ scenario: SOCKETS, levels: [4096, LONG, LONGEST], quick: "left out" },
      contenders: ["single+uring", "single+uring zero-copy", "single+uring zero-copy registered"],
    },
  ],
  judge: (evidence) => [
    ...[4096, LONG, LONGEST].map((level) =>
      atMost(
        evidence.ratio({
          ...{ scenario: FILES, level, metric: "cpu" },
          ...{ contender: "single+uring registered", baseline: "single+uring" },
        }),
        1,
      ),
    ),
    atMost(
      evidence.ratio({
        ...{ scenario: SOCKETS, level: LONG, metric: "cpu" },
        ...{ contender: "single+uring zero-copy registered", baseline: "single+uring zero-copy" },
      }),
      1,
    ),
  ],
};
