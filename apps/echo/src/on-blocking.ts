// The echo server with blocking calls, as the main thread sees the thread that makes them.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { listenSocket, localAddress, closeFd, SHUTDOWN, shutdownSocket } from "@pollab/io-sys";
import type { BlockingThreadData } from "./blocking-thread.ts";
import { BACKLOG, HOST, type Server } from "./server.ts";

/** @throws SystemError such as EADDRINUSE */
export async function serveBlocking(port: number): Promise<Server> {
  const listener = listenSocket({ host: HOST, port, backlog: BACKLOG, nonblocking: false });
  const connection = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const workerData: BlockingThreadData = { listener, connection };
  const worker = new Worker(new URL("./blocking-thread.js", import.meta.url), { workerData });
  await once(worker, "message");
  return {
    port: localAddress(listener).port,
    async stop() {
      const ended = once(worker, "exit");
      // Nothing but the kernel reaches a thread that waits in it: its accept fails, and its read returns 0 once it has everything.
      shutdownSocket(listener, SHUTDOWN.both);
      const current = Atomics.load(connection, 0);
      if (current >= 0) shutdownSocket(current, SHUTDOWN.read);
      await ended;
      closeFd(listener);
    },
  };
}
