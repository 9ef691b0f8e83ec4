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

  function shutdownConnection(how: number): void {
    const current = Atomics.load(shared, CONNECTION);
    if (current !== NONE) shutdownSocket(current, how);
  }

  return {
    port: localAddress(listener).port,
    ended,
    stop() {
      Atomics.store(shared, STOPPING, 1);
      Atomics.notify(shared, STOPPING);
      // Nothing but the kernel reaches a thread that waits in it: its accept fails, and its read returns 0 once it has everything.
      shutdownSocket(listener, SHUTDOWN.both);
      shutdownConnection(SHUTDOWN.read);
      // A peer that does not take its answers: the write fails.
      const grace = setTimeout(() => {
        shutdownConnection(SHUTDOWN.both);
      }, GRACE_MS);
      const release = (): void => {
        clearTimeout(grace);
        closeFd(listener);
      };
      ended.then(release, release);
    },
  };
}
