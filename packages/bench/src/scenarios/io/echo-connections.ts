// Echo with everybody who can serve it, over connections and over the length of a message.
import { nativeCode } from "../../contenders/requirements.ts";
import { STANDARD } from "../../record/metric.ts";
import { observeEcho, requestsOn } from "../serving/echo-load.ts";
import { MOST_WORKERS, serverEntrants } from "../serving/servers.ts";
import type { Scenario } from "../scenario.ts";

const REQUEST_BYTES = 64;
const BUFFER_BYTES = 16 * 1024;
const LARGEST_BYTES = 64 * 1024;
const CONNECTIONS = 64;
/** A request of this length is about as much copying as it is everything else. */
const COPIED_BYTES = 8192;
const METRICS = [STANDARD.cpu, STANDARD.throughput, STANDARD.p50, STANDARD.p99, STANDARD.syscalls, STANDARD.user];
const RUNTIMES = ["single+epoll", "single+uring", "single+uring multishot", "hosted+epoll", "hosted+uring"];
const WORKERS = {
  level: MOST_WORKERS,
  reason: `a worker thread per connection is tried up to ${MOST_WORKERS} of them`,
};
const NATIVE_THREADS = { level: 1024, reason: "a thread per connection is tried up to 1024 of them" };

export const echoConnections: Scenario = {
  name: "echo-connections",
  group: "claims",
  isolates:
    "64 bytes come back unchanged, one request at a time on each of so many connections; whoever can serve them.",
  factor: "connections",
  levels: [1, 4, 16, 64, 256, 512, 1024, 4096],
  quickLevels: [1, 64, 512],
  operation: "request",
  metrics: METRICS,
  needs: [nativeCode],
  entrants: {
    ...serverEntrants(["blocking"], {
      bufferBytes: () => BUFFER_BYTES,
      operations: (connections) => 2000 + 16 * connections,
    }),
    ...serverEntrants(
      ["threads", "node", ...RUNTIMES, "single+epoll (twin)", "tokio", "c-threads", "c-epoll", "c-uring"],
      {
        bufferBytes: () => BUFFER_BYTES,
        operations: requestsOn,
        most: { threads: WORKERS, "c-threads": NATIVE_THREADS },
      },
    ),
  },
  observe: (entrant, level, setup) => observeEcho(entrant, level, setup, { connections: level, bytes: REQUEST_BYTES }),
};

export const echoSizes: Scenario = {
  name: "echo-sizes",
  group: "claims",
  isolates: `Messages of so many bytes come back unchanged, one at a time on each of ${CONNECTIONS} connections.`,
  factor: "bytes",
  levels: [16, 64, 256, 1024, 4096, 16_384, 65_536],
  quickLevels: [16, 65_536],
  operation: "request",
  metrics: METRICS,
  needs: [nativeCode],
  entrants: serverEntrants(["node", ...RUNTIMES, "single+epoll (twin)", "tokio", "c-threads", "c-epoll", "c-uring"], {
    bufferBytes: () => LARGEST_BYTES,
    // The more there is to copy, the fewer make as long a time.
    operations: (bytes) => Math.round(28_000 / (1 + bytes / COPIED_BYTES)),
    warmupShare: (bytes) => 1 / (1 + bytes / COPIED_BYTES),
    connections: () => CONNECTIONS,
  }),
  observe: (entrant, level, setup) => observeEcho(entrant, level, setup, { connections: CONNECTIONS, bytes: level }),
};
