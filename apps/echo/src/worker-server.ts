// What each thread of the work-stealing runtime has and runs: its driver, and a server on it.
import type { CancellationToken, Sender } from "@pollab/executor-stealing";
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import type { Net, OwnedBuffer } from "@pollab/runtime-core/io";
import type { Driver } from "@pollab/runtime-core/task";
import { reportError } from "./report-error.ts";
import { serveUntil } from "./serve.ts";
import { BACKLOG, HOST } from "./server.ts";

type Serve = (port: number, opened: Sender<number>, stopping: CancellationToken) => Future<void>;

/** The server of this thread. A module belongs to one thread, and so does what is in it. */
let serveHere: Serve | undefined;

function prepared<B extends OwnedBuffer, D extends Driver & { readonly net: Net<B> }>(driver: D): D {
  const { net } = driver;
  serveHere = asyncFn(function* (port: number, opened: Sender<number>, stopping: CancellationToken) {
    const listener = net.listen({ host: HOST, port, backlog: BACKLOG, reusePort: true });
    yield* opened.send(listener.address.port);
    yield* serveUntil(net, listener, stopping.cancelled(), reportError);
  });
  return driver;
}

/** Makes this thread's driver. */
export const epoll = (): Driver => prepared(EpollDriver.create());
/** Makes this thread's driver. @throws IoUringUnavailableError */
export const uring = (): Driver => prepared(UringDriver.create());

/** Listens, says at which port, and serves until it is told to stop. */
export function serve(port: number, opened: Sender<number>, stopping: CancellationToken): Future<void> {
  if (serveHere === undefined) throw new Error("this thread has no driver");
  return serveHere(port, opened, stopping);
}
