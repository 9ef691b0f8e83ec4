// Sends that ask the kernel not to copy, by the length of a message: what that saves where it is granted, and what asking costs where it
// is not. The kernel says of each whether it copied after all; over loopback it always does, because the receiver is here.
import { nativeCode } from "../../contenders/requirements.ts";
import { STANDARD } from "../../record/metric.ts";
import { observeEcho } from "../serving/echo-load.ts";
import { serverEntrants } from "../serving/servers.ts";
import type { Scenario } from "../scenario.ts";

/** So few that the largest messages on all of them fit into the usual limit of locked memory. */
const CONNECTIONS = 4;
/** A request of this length is about as much copying as it is everything else. */
const COPIED_BYTES = 8192;

export const zeroCopy: Scenario = {
  name: "zero-copy",
  group: "claims",
  isolates: `Messages of so many bytes come back unchanged on ${CONNECTIONS} connections; the replies are sent with and without a copy.`,
  factor: "bytes",
  levels: [512, 4096, 16_384, 65_536, 262_144, 1_048_576],
  quickLevels: [4096, 65_536],
  operation: "request",
  metrics: [
    STANDARD.cpu,
    STANDARD.throughput,
    STANDARD.p50,
    { id: "copied", label: "share of the replies that were copied after all", unit: "share", better: "lower" },
  ],
  needs: [nativeCode],
  entrants: serverEntrants(
    ["single+uring", "single+uring (twin)", "single+uring zero-copy", "single+uring zero-copy registered"],
    {
      bufferBytes: (bytes) => Math.max(4096, bytes),
      operations: (bytes) => Math.max(400, Math.round(20_000 / (1 + bytes / COPIED_BYTES))),
      warmupShare: (bytes) => 1 / (1 + bytes / COPIED_BYTES),
      connections: () => CONNECTIONS,
    },
  ),
  observe: (entrant, level, setup) => observeEcho(entrant, level, setup, { connections: CONNECTIONS, bytes: level }),
};
