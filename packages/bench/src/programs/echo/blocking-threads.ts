// Echo with plain blocking calls: each thread accepts a connection, serves it until its end, and accepts the next. One thread is
// what a program without concurrency does; as many as there are connections is a thread per connection, its threads made beforehand.
import { Worker } from "node:worker_threads";
import { listenSocket, localAddress, shutdownSocket, SHUTDOWN } from "@pollab/io-sys";
import { announce, reportCounts } from "../listening.ts";
import { BLOCKING_COUNTS, blockingCounts } from "./blocking-counts.ts";

/** Serves until standard input ends. */
export async function echoOnBlockingThreads(threads: number, bufferBytes: number): Promise<void> {
  const listener = listenSocket({ host: "127.0.0.1", port: 0, backlog: 4096, nonblocking: false });
  const counts = new Int32Array(new SharedArrayBuffer(4 * BLOCKING_COUNTS * threads));
  const workers = Array.from({ length: threads }, (_, thread) => {
    return new Worker(new URL("./blocking-worker.js", import.meta.url), {
      workerData: { listener, counts, thread, bufferBytes },
    });
  });
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
  announce(localAddress(listener).port);
  process.stdin
    .on("end", () => {
      reportCounts(
        {},
        blockingCounts(counts),
        counts.reduce((sum, count, i) => (i % BLOCKING_COUNTS === 1 ? sum + count : sum), 0),
      );
      // Ends every accept that waits; a process whose threads wait in the kernel does not exit.
      shutdownSocket(listener, SHUTDOWN.both);
    })
    .resume();
}
