// Echo: a request of 64 bytes comes back unchanged. It isolates what a runtime adds to the cost of TCP.
import { nativeCode } from "../contenders/requirements.ts";
import { STANDARD } from "../record/metric.ts";
import { observeEcho, requestsOn } from "./serving/echo-load.ts";
import { serverEntrants } from "./serving/servers.ts";
import type { Scenario } from "./scenario.ts";

const REQUEST_BYTES = 64;
const BUFFER_BYTES = 16 * 1024;

const concurrent = serverEntrants(
  [
    "threads",
    "node",
    "single+epoll",
    "single+uring",
    "single+uring (twin)",
    "stealing+epoll",
    "stealing+uring",
    "c-epoll",
    "c-uring",
  ],
  {
    bufferBytes: () => BUFFER_BYTES,
    operations: requestsOn,
    most: { threads: { level: 64, reason: "a worker thread per connection is tried up to 64 of them" } },
  },
);

export const echo: Scenario = {
  name: "echo",
  group: "headline",
  isolates: "What a runtime adds to TCP: 64 bytes come back unchanged, one request at a time on each connection.",
  factor: "connections",
  levels: [1, 2, 4, 8, 16, 64, 256],
  quickLevels: [1, 8, 64],
  operation: "request",
  metrics: [STANDARD.throughput, STANDARD.cpu, STANDARD.p50, STANDARD.p99],
  // The load generator is a program in C, whoever serves.
  needs: [nativeCode],
  entrants: {
    // A server without concurrency is as fast with many connections as with one.
    ...serverEntrants(["blocking"], {
      bufferBytes: () => BUFFER_BYTES,
      operations: (connections) => 2000 + 16 * connections,
    }),
    ...concurrent,
  },
  observe: (entrant, level, setup) => observeEcho(entrant, level, setup, { connections: level, bytes: REQUEST_BYTES }),
};
