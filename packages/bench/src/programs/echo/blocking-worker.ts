// One thread of a blocking echo server.
import { parentPort, workerData } from "node:worker_threads";
import { acceptSocket, BufferPool, closeFd, ERRNO, readSlab, setNoDelay, systemError, writeSlab } from "@pollab/io-sys";
import { BLOCKING_COUNTS, COUNT } from "./blocking-counts.ts";

interface Work {
  readonly listener: number;
  readonly counts: Int32Array;
  readonly thread: number;
  readonly bufferBytes: number;
}

// What echoOnBlockingThreads passes.
const { listener, counts, thread, bufferBytes } = workerData as Work;
const row = thread * BLOCKING_COUNTS;
const buffer = new BufferPool({ bufferBytes }).take();

parentPort?.postMessage("ready");
for (;;) {
  counts[row + COUNT.accept4]++;
  const fd = acceptSocket(listener, false);
  // The listener was shut down: the end.
  if (fd === -ERRNO.EINVAL) break;
  if (fd === -ERRNO.EINTR || fd === -ERRNO.ECONNABORTED) continue;
  if (fd < 0) throw systemError(fd, "accept4");
  counts[row + COUNT.setsockopt]++;
  setNoDelay(fd);
  serve(fd);
  counts[row + COUNT.close]++;
  closeFd(fd);
}

function serve(fd: number): void {
  const { slab, offsetBytes, capacityBytes } = buffer;
  for (;;) {
    counts[row + COUNT.recv]++;
    const n = readSlab(fd, slab, offsetBytes, capacityBytes);
    if (n === -ERRNO.EINTR) continue;
    if (n <= 0) return;
    for (let sent = 0; sent < n;) {
      counts[row + COUNT.send]++;
      const written = writeSlab(fd, slab, offsetBytes + sent, n - sent);
      if (written === -ERRNO.EINTR) continue;
      if (written < 0) return;
      sent += written;
    }
  }
}
