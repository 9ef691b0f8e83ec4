// The thread that a runtime owns. Everything that Node does for a program (signals, standard output) stays with the main thread,
// which talks to this one through an eventfd and messages.
import { parentPort, workerData } from "node:worker_threads";
import { CurrentThread } from "@pollab/executor-single";
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import type { RuntimeDriver } from "./arguments.ts";
import { reportError } from "./report-error.ts";
import { serveUntil } from "./serve.ts";
import { BACKLOG, HOST } from "./server.ts";

/** What the main thread hands over. */
export interface RuntimeThreadData {
  readonly driver: RuntimeDriver;
  readonly port: number;
  /** Becomes readable when the server is to stop. */
  readonly stopFd: number;
}

// What serveOnRuntime passes.
const { driver: name, port, stopFd } = workerData as RuntimeThreadData;
const driver = name === "epoll" ? EpollDriver.create() : UringDriver.create();
const runtime = new CurrentThread({ driver });
try {
  const listener = driver.net.listen({ host: HOST, port, backlog: BACKLOG });
  parentPort?.postMessage(listener.address.port);
  runtime.blockOn(serveUntil(driver.net, listener, driver.readable(stopFd), reportError));
} finally {
  runtime.close();
}
