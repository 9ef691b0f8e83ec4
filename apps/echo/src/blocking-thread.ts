// The thread that serves with blocking calls: one connection until its end, then the next.
import { parentPort, workerData } from "node:worker_threads";
import { acceptSocket, BufferPool, closeFd, ERRNO, readSlab, setNoDelay, systemError, writeSlab } from "@pollab/io-sys";

/** What the main thread hands over. */
export interface BlockingThreadData {
  readonly listener: number;
  /** One word: the connection that is being served, -1 between two. */
  readonly connection: Int32Array;
}

const BUFFER_BYTES = 16 * 1024;

// What serveBlocking passes.
const { listener, connection } = workerData as BlockingThreadData;
const buffer = new BufferPool({ bufferBytes: BUFFER_BYTES }).take();

parentPort?.postMessage("ready");
for (;;) {
  const fd = acceptSocket(listener, false);
  // The listener was shut down: the end.
  if (fd === -ERRNO.EINVAL) break;
  if (fd === -ERRNO.EINTR || fd === -ERRNO.ECONNABORTED) continue;
  if (fd < 0) throw systemError(fd, "accept4");
  Atomics.store(connection, 0, fd);
  setNoDelay(fd);
  echo(fd);
  Atomics.store(connection, 0, -1);
  closeFd(fd);
}

/** Until the peer has finished, or is gone. */
function echo(fd: number): void {
  const { slab, offsetBytes, capacityBytes } = buffer;
  for (;;) {
    const n = readSlab(fd, slab, offsetBytes, capacityBytes);
    if (n === -ERRNO.EINTR) continue;
    if (n <= 0) return;
    let sent = 0;
    while (sent < n) {
      const written = writeSlab(fd, slab, offsetBytes + sent, n - sent);
      if (written < 0 && written !== -ERRNO.EINTR) return;
      sent += Math.max(written, 0);
    }
  }
}
