// The echo server on a runtime that is a guest in the main thread's event loop, beside Node's own timers, signals and streams.
import { HostedThread } from "@pollab/executor-single";
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { CancellationToken } from "@pollab/runtime-core/sync";
import type { RuntimeDriver } from "./arguments.ts";
import { reportError } from "./report-error.ts";
import { serveUntil } from "./serve.ts";
import { BACKLOG, HOST, type Server } from "./server.ts";

/** @throws SystemError such as EADDRINUSE, IoUringUnavailableError, AddonMissingError */
export async function serveHosted(name: RuntimeDriver, port: number): Promise<Server> {
  const driver = name === "epoll" ? EpollDriver.create() : UringDriver.createHosted();
  const runtime = new HostedThread({ driver });
  try {
    const stopping = new CancellationToken();
    const listener = driver.net.listen({ host: HOST, port, backlog: BACKLOG });
    const served = runtime.run(serveUntil(driver.net, listener, stopping.cancelled(), reportError));
    const ended = served.finally(() => runtime.close());
    return { port: listener.address.port, ended, stop: () => stopping.cancel() };
  } catch (error) {
    runtime.close();
    throw error;
  }
}
