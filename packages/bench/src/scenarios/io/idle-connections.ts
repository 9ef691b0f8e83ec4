// Connections that say nothing, beside 64 that do: what each takes of the server's memory, and what they cost the active ones.
//
// The active ones are measured before the silent ones come, with them, and after they have gone, by the same process: the cost is the
// second figure over the geometric mean of the others, so that neither a compiler that is still at work nor a drift of the machine is
// part of it. Memory is what the process has resident (the kernel's own, for sockets, is not in it).
import { nativeCode } from "../../contenders/requirements.ts";
import type { LatencyHistogram } from "../../record/run.ts";
import { histogramQuantileNs } from "../../statistics/index.ts";
import { STANDARD } from "../../record/metric.ts";
import { requestsOn } from "../serving/echo-load.ts";
import { serverEntrants } from "../serving/servers.ts";
import { type Load, type LoadResult, measurementOf, Server } from "../serving/server.ts";
import type { Scenario } from "../scenario.ts";

const ACTIVE = 64;
const REQUEST_BYTES = 64;
const HUNDRED_THOUSAND = 100_000;
const MILLION = 1_000_000;

export const idleConnections: Scenario = {
  name: "idle-connections",
  group: "claims",
  isolates: `So many connections that say nothing, beside ${ACTIVE} that do: memory of the process for each, and what the others feel of it.`,
  factor: "idle connections",
  levels: [1000, 4000, 10_000],
  quickLevels: [10_000],
  operation: "request",
  metrics: [
    { id: "idleBytes", label: "resident memory per idle connection", unit: "bytes", better: "lower" },
    {
      id: "p50Cost",
      label: "median latency of the active ones, in times of that without idle ones",
      unit: "count",
      better: "lower",
    },
    {
      id: "p99Cost",
      label: "p99 latency of the active ones, in times of that without idle ones",
      unit: "count",
      better: "lower",
    },
    {
      id: "cpuCost",
      label: "CPU time per request, in times of that without idle ones",
      unit: "count",
      better: "lower",
    },
    {
      id: "bytesFor100k",
      label: "resident memory for 100,000 idle connections (extrapolated)",
      unit: "bytes",
      better: "lower",
    },
    {
      id: "bytesFor1M",
      label: "resident memory for a million idle connections (extrapolated)",
      unit: "bytes",
      better: "lower",
    },
    STANDARD.p50,
    STANDARD.p99,
    STANDARD.cpu,
  ],
  needs: [nativeCode],
  entrants: serverEntrants(
    ["node", "single+epoll", "single+uring", "single+uring multishot", "tokio", "c-epoll", "c-uring"],
    {
      bufferBytes: () => 4096,
      operations: () => requestsOn(ACTIVE),
      connections: (idle) => ACTIVE + idle,
    },
  ),
  async observe(entrant, level, setup) {
    const load: Load = {
      ...{ connections: ACTIVE, bytes: REQUEST_BYTES },
      ...{ requests: entrant.operations(level), warmup: entrant.warmup(level) },
    };
    await using server = await Server.start(entrant.command(level), setup);
    const before = await server.load(load);
    const emptyBytes = server.residentBytes();
    const warm = { ...load, warmup: 0 };
    const { beside, heldBytes } = await besideIdle(server, level, warm);
    const after = await server.load(warm);
    await server.stop();
    const idleBytes = Math.max(0, heldBytes - emptyBytes) / level;
    const cost = (of: (result: LoadResult) => number): number => of(beside) / Math.sqrt(of(before) * of(after));
    const cpuCost = cost(({ cpuNs, operations }) => cpuNs / operations);
    return {
      ...measurementOf(beside, setup),
      counters: {
        idleBytes,
        bytesFor100k: idleBytes * HUNDRED_THOUSAND,
        bytesFor1M: idleBytes * MILLION,
        p50Cost: cost(({ latency }) => quantileNs(latency, 0.5)),
        p99Cost: cost(({ latency }) => quantileNs(latency, 0.99)),
        // A load may be too short for a tick of processor time.
        ...(Number.isFinite(cpuCost) ? { cpuCost } : {}),
      },
    };
  },
};

/** Loads the server while it has so many silent connections, and says what it has resident then. */
async function besideIdle(
  server: Server,
  idle: number,
  load: Load,
): Promise<{ readonly beside: LoadResult; readonly heldBytes: number }> {
  await using _held = await server.hold(idle);
  const heldBytes = server.residentBytes();
  return { beside: await server.load(load), heldBytes };
}

function quantileNs(histogram: LatencyHistogram, share: number): number {
  return histogramQuantileNs(histogram, share) ?? Number.NaN;
}
