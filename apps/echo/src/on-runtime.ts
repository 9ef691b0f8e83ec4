// The echo server on a runtime that owns a worker thread, as the main thread sees it.
import { Worker } from "node:worker_threads";
import { EventFd } from "@pollab/io-sys";
import type { RuntimeThreadData } from "./runtime-thread.ts";
import type { Server } from "./server.ts";

/** @throws SystemError such as EADDRINUSE, IoUringUnavailableError, AddonMissingError */
export async function serveOnRuntime(driver: "epoll" | "uring", port: number): Promise<Server> {
  const stop = EventFd.create();
  const workerData: RuntimeThreadData = { driver, port, stopFd: stop.fd };
  const worker = new Worker(new URL("./runtime-thread.js", import.meta.url), { workerData });
  const ended = Promise.withResolvers<void>();
  const listening = Promise.withResolvers<number>();
  worker.once("message", listening.resolve);
  worker.once("error", (error) => {
    listening.reject(error);
    ended.reject(error);
  });
  worker.once("exit", () => ended.resolve());
  // Whoever stops the server hears of it; before that, `listening` or the process does.
  ended.promise.catch(() => {});
  return {
    port: await listening.promise,
    async stop() {
      stop.signal();
      await ended.promise;
      stop.close();
    },
  };
}
