// The echo server on a runtime that owns a worker thread, as the main thread sees it.
import { EventFd } from "@pollab/io-sys";
import type { RuntimeDriver } from "./arguments.ts";
import type { RuntimeThreadData } from "./runtime-thread.ts";
import type { Server } from "./server.ts";
import { startThread } from "./worker-thread.ts";

/** @throws SystemError such as EADDRINUSE, IoUringUnavailableError, AddonMissingError */
export async function serveOnRuntime(driver: RuntimeDriver, port: number): Promise<Server> {
  const stop = EventFd.create();
  const workerData: RuntimeThreadData = { driver, port, stopFd: stop.fd };
  const program = new URL("./runtime-thread.js", import.meta.url);
  const { message, ended } = await startThread<number>(program, workerData);
  return {
    port: message,
    ended,
    stop: () => {
      stop.signal();
    },
  };
}
