// What each worker of the work-stealing runtime has and runs: a driver, and echo on it at the address that all of them share.
import type { Sender } from "@pollab/executor-stealing";
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { asyncFn, type Future, ready } from "@pollab/runtime-core/future";
import type { OwnedBuffer } from "@pollab/runtime-core/io";
import type { Driver } from "@pollab/runtime-core/task";
import { BACKLOG, type NetDriver, serveConnections, type Served } from "./tasks.ts";

/** What a worker has counted. */
export interface WorkerCounts {
  readonly requests: number;
  readonly systemCalls: Readonly<Record<string, number>>;
}

interface CountingDriver<B extends OwnedBuffer> extends NetDriver<B> {
  readonly counters: { readonly systemCalls: object };
}

/** What the main thread says: a worker has its environment. */
const { POLLAB_BUFFER_BYTES, POLLAB_CQ_ENTRIES } = process.env;
const bufferBytes = Number(POLLAB_BUFFER_BYTES);
const cqEntries = Number(POLLAB_CQ_ENTRIES);

/** Of this worker. */
let serveHere: ((port: number, listening: Sender<number>) => Future<never>) | undefined;
let countsHere: (() => WorkerCounts) | undefined;

function prepared<B extends OwnedBuffer>(driver: CountingDriver<B>): Driver {
  const served: Served = { requests: 0 };
  serveHere = asyncFn(function* (port: number, listening: Sender<number>) {
    const listener = driver.net.listen({ host: "127.0.0.1", port, backlog: BACKLOG, reusePort: true });
    yield* listening.send(listener.address.port);
    return yield* serveConnections(driver.net, listener, served);
  });
  countsHere = () => ({ requests: served.requests, systemCalls: { ...driver.counters.systemCalls } });
  return driver;
}

/** Makes the worker's driver. */
export const epoll = (): Driver => prepared(EpollDriver.create({ bufferBytes }));
/** Makes the worker's driver. */
export const uring = (): Driver => prepared(UringDriver.create({ bufferBytes, cqEntries }));

/** Listens, says at which port, and serves for ever. */
export function serve(port: number, listening: Sender<number>): Future<never> {
  if (serveHere === undefined) throw new Error("this worker has no driver");
  return serveHere(port, listening);
}

/** What this worker has counted so far. */
export function counts(): Future<WorkerCounts> {
  if (countsHere === undefined) throw new Error("this worker has no driver");
  return ready(countsHere());
}
