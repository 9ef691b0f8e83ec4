// Latency under a load that does not wait for replies: as many requests as users would make, at a share of what the server can do.
//
// What it can do is found first, on the same process, by a closed loop on as many connections; where the generator is the slower one,
// that is what the two can do together. Requests come at random (Poisson), the latency of each runs from the time at which it was
// meant to be sent, and one that finds all connections busy waits for one.
import { nativeCode } from "../../contenders/requirements.ts";
import { STANDARD } from "../../record/metric.ts";
import { histogramQuantileNs } from "../../statistics/index.ts";
import { requestsOn } from "../serving/echo-load.ts";
import { serverEntrants } from "../serving/servers.ts";
import { measurementOf, Server } from "../serving/server.ts";
import type { Scenario } from "../scenario.ts";

const CONNECTIONS = 64;
const REQUEST_BYTES = 64;

export const openLoop: Scenario = {
  name: "open-loop",
  group: "claims",
  isolates: `64 bytes come back unchanged, at such a share of the requests per second that the server can answer, on ${CONNECTIONS} connections.`,
  factor: "per cent of capacity",
  levels: [50, 80, 95],
  quickLevels: [50, 95],
  operation: "request",
  metrics: [
    STANDARD.p99,
    STANDARD.p50,
    STANDARD.p999,
    { id: "p9999", label: "p99.99 latency", unit: "ns", better: "lower" },
    { id: "capacity", label: "capacity", unit: "per-second", better: "higher" },
    { id: "answered", label: "share of the offered rate that was answered", unit: "share", better: "higher" },
    { id: "lateness", label: "p99 lateness of the generator", unit: "ns", better: "lower" },
    {
      id: "generatorShare",
      label: "share of its core that the generator used when capacity was found",
      unit: "share",
      better: "lower",
    },
    STANDARD.cpu,
  ],
  needs: [nativeCode],
  entrants: serverEntrants(
    ["node", "single+epoll", "single+uring", "single+uring multishot", "tokio", "c-epoll", "c-uring"],
    {
      bufferBytes: () => 16 * 1024,
      operations: () => 80_000,
      connections: () => CONNECTIONS,
    },
  ),
  async observe(entrant, level, setup) {
    await using server = await Server.start(entrant.command(level), setup);
    const load = { connections: CONNECTIONS, bytes: REQUEST_BYTES };
    const closed = await server.load({ ...load, requests: requestsOn(CONNECTIONS), warmup: entrant.warmup(level) });
    const capacity = (closed.operations / closed.elapsedNs) * 1e9;
    const rate = (capacity * level) / 100;
    const open = await server.load({ ...load, requests: entrant.operations(level), warmup: 0, rate });
    await server.stop();
    // The generator spins, so what it used says nothing of how busy it was.
    const { generator: _spinning, ...measured } = measurementOf(open, setup);
    return {
      ...measured,
      counters: {
        p9999: histogramQuantileNs(open.latency, 0.9999) ?? Number.NaN,
        capacity,
        answered: ((open.operations / open.elapsedNs) * 1e9) / rate,
        lateness: open.lateness === undefined ? Number.NaN : (histogramQuantileNs(open.lateness, 0.99) ?? Number.NaN),
        generatorShare: closed.generator.cpuNs / closed.elapsedNs,
      },
    };
  },
};
