// The thread that serves with blocking calls: one connection until its end, then the next.
import { parentPort, workerData } from "node:worker_threads";
import {
  acceptSocket,
  BufferPool,
  closeFd,
  ERRNO,
  readSlab,
  setNoDelay,
  SHUTDOWN,
  shutdownSocket,
  systemError,
  writeSlab,
} from "@pollab/io-sys";
import { constants } from "node:os";
import { type BlockingThreadData, CONNECTION, NONE, STOPPING } from "./blocking-thread-data.ts";
import { NO_DESCRIPTORS_PAUSE_MS } from "./server.ts";

const BUFFER_BYTES = 16 * 1024;

// What serveBlocking passes.
const { listener, shared } = workerData as BlockingThreadData;
const buffer = new BufferPool({ bufferBytes: BUFFER_BYTES }).take();

parentPort?.postMessage("ready");
for (;;) {
  const fd = acceptSocket(listener, false);
  // The listener was shut down: the end.
  if (fd === -ERRNO.EINVAL) break;
  if (fd === -ERRNO.EINTR || fd === -ERRNO.ECONNABORTED) continue;
  if (isShortage(fd)) {
    Atomics.wait(shared, STOPPING, 0, NO_DESCRIPTORS_PAUSE_MS);
    continue;
  }
  if (fd < 0) throw systemError(fd, "accept4");
  Atomics.store(shared, CONNECTION, fd);
  // Asked to stop before the connection was there to be seen: what the main thread would have done.
  if (Atomics.load(shared, STOPPING) === 1) shutdownSocket(fd, SHUTDOWN.read);
  setNoDelay(fd);
  echo(fd);
  Atomics.store(shared, CONNECTION, NONE);
  closeFd(fd);
}

/** No descriptor or memory for another connection now. */
function isShortage(result: number): boolean {
  const { EMFILE, ENFILE, ENOBUFS, ENOMEM } = constants.errno;
  return [EMFILE, ENFILE, ENOBUFS, ENOMEM].includes(-result);
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
