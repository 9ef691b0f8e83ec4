// The echo server with blocking calls, as the main thread sees the thread that makes them.
import { closeFd, listenSocket, localAddress, SHUTDOWN, shutdownSocket } from "@pollab/io-sys";
import { type BlockingThreadData, CONNECTION, NONE, STOPPING } from "./blocking-thread-data.ts";
import { BACKLOG, GRACE_MS, HOST, type Server } from "./server.ts";
import { startThread } from "./worker-thread.ts";

/** @throws SystemError such as EADDRINUSE */
export async function serveBlocking(port: number): Promise<Server> {
  const listener = listenSocket({ host: HOST, port, backlog: BACKLOG, nonblocking: false });
  const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  shared[CONNECTION] = NONE;
  const workerData: BlockingThreadData = { listener, shared };
  const { ended } = await startThread(new URL("./blocking-thread.js", import.meta.url), workerData);

  // Nothing but the kernel reaches a thread that waits in it: its accept fails, its reads return 0 once they have everything, or with
  // both directions shut down at once, and its writes fail.
  function shutdown(connection: number): void {
    Atomics.store(shared, STOPPING, 1);
    Atomics.notify(shared, STOPPING);
    shutdownSocket(listener, SHUTDOWN.both);
    shutdownConnection(connection);
  }

  function shutdownConnection(how: number): void {
    const current = Atomics.load(shared, CONNECTION);
    if (current !== NONE) shutdownSocket(current, how);
  }

  // However the process comes to its end, it waits for its threads.
  const onExit = (): void => shutdown(SHUTDOWN.both);
  process.once("exit", onExit);

  return {
    port: localAddress(listener).port,
    ended,
    stop() {
      shutdown(SHUTDOWN.read);
      // A peer that does not take its answers: the write fails.
      const grace = setTimeout(() => {
        shutdownConnection(SHUTDOWN.both);
      }, GRACE_MS);
      const release = (): void => {
        clearTimeout(grace);
        process.off("exit", onExit);
        closeFd(listener);
      };
      ended.then(release, release);
    },
  };
}
