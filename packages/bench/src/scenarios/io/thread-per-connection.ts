// A thread for each connection: how it does as there are more of them, how long the threads take to be there, and what memory they take.
import { nativeCode } from "../../contenders/requirements.ts";
import { STANDARD } from "../../record/metric.ts";
import { requestsOn } from "../serving/echo-load.ts";
import { serverEntrants } from "../serving/servers.ts";
import { measurementOf, Server } from "../serving/server.ts";
import type { Scenario } from "../scenario.ts";

const REQUEST_BYTES = 64;
const MOST = 512;
/** A worker thread takes tens of milliseconds of a core to start, and a busy machine longer. */
const TIMEOUT_MS = 120_000;

function threadsScenario(
  about: Pick<Scenario, "name" | "isolates" | "levels" | "quickLevels">,
  contenders: readonly string[],
): Scenario {
  return {
    ...about,
    group: "claims",
    factor: "connections",
    operation: "request",
    metrics: [
      STANDARD.throughput,
      STANDARD.cpu,
      STANDARD.p99,
      { id: "startUpNs", label: "time until all connections are served", unit: "ns", better: "lower" },
      { id: "residentBytes", label: "resident memory of the server", unit: "bytes", better: "lower" },
    ],
    needs: [nativeCode],
    entrants: serverEntrants(contenders, { bufferBytes: () => 16 * 1024, operations: requestsOn }),
    async observe(entrant, level, setup) {
      await using server = await Server.start(entrant.command(level), setup, TIMEOUT_MS);
      const served = await allServed(server, level);
      const result = await server.load({
        ...{ connections: level, bytes: REQUEST_BYTES },
        ...{ requests: entrant.operations(level), warmup: entrant.warmup(level) },
      });
      await server.stop();
      return {
        ...measurementOf(result, setup),
        counters: { startUpNs: server.startUpNs + served.elapsedNs, residentBytes: served.residentBytes },
      };
    },
  };
}

/** In C: a thread is made when a connection comes. */
export const threadPerConnection: Scenario = threadsScenario(
  {
    name: "thread-per-connection",
    isolates:
      "64 bytes come back unchanged on so many connections, each of which has a thread with blocking calls, in C.",
    levels: [1, 8, 64, 256, MOST],
    quickLevels: [8, 64, MOST],
  },
  ["c-threads", "c-epoll"],
);

/** In JavaScript: workers are made beforehand, as each is an engine of its own. */
export const workerPerConnection: Scenario = threadsScenario(
  {
    name: "worker-per-connection",
    isolates:
      "64 bytes come back unchanged on so many connections, each of which has a worker thread with blocking calls.",
    levels: [1, 8, 64, 256, MOST],
    quickLevels: [8, 64],
  },
  ["threads", "single+epoll"],
);

/** Opens as many connections as will be loaded, has each answered once, and closes them. */
async function allServed(
  server: Server,
  connections: number,
): Promise<{ readonly elapsedNs: number; readonly residentBytes: number }> {
  await using held = await server.hold(connections);
  return { elapsedNs: held.elapsedNs, residentBytes: server.residentBytes() };
}
