// One observation of an echo server under a closed loop: how the headline and most of the scenarios about sockets are observed.
import type { Entrant, Measurement, RunSetup } from "../scenario.ts";
import { callsPerRequest, measurementOf, Server } from "./server.ts";

export interface EchoLoad {
  readonly connections: number;
  /** The length of a request. */
  readonly bytes: number;
}

/** About a tenth of a second at the rates of this decade's machines, and enough for each connection to hide its set-up. */
export function requestsOn(connections: number): number {
  return Math.min(2000 * connections, 24_000 + 80 * connections);
}

/** Starts the server, loads it and stops it. */
export async function observeEcho(
  entrant: Entrant,
  level: number,
  setup: RunSetup,
  load: EchoLoad,
): Promise<Measurement> {
  await using server = await Server.start(entrant.command(level), setup);
  const result = await server.load({
    ...load,
    requests: entrant.operations(level),
    warmup: entrant.warmup(level),
  });
  const maxRssBytes = server.peakRssBytes();
  const counts = await server.stop();
  const syscallsPerOperation = callsPerRequest(counts);
  return {
    ...measurementOf(result, setup),
    ...(syscallsPerOperation === undefined ? {} : { syscallsPerOperation }),
    ...(maxRssBytes === undefined ? {} : { process: { maxRssBytes } }),
    ...(counts?.copied === undefined ? {} : { counters: { copied: counts.copied / counts.requests } }),
  };
}
