// Asking the page cache for what it has of an open file, in place and without the ring: one system call that never waits for the disk.
// Whatever else there is to say about a read, the ring says.
import { constants } from "node:os";
import { countFallback, type Counters } from "../counters.ts";
import type { Kernel } from "../kernel.ts";
import type { RingBuffer } from "../operation.ts";

/** Answers of a file system, or of a filter of system calls, that does without the call: the file gives no better one. */
const REFUSALS: ReadonlySet<number> = new Set(
  [constants.errno.EOPNOTSUPP, constants.errno.ENOSYS, constants.errno.EINVAL, constants.errno.EPERM].map(
    (errno) => -errno,
  ),
);

/** The answer where the ring has to do the read. */
export const CACHE_MISS = -1;

/** The page cache as far as one open file is concerned. */
export class PageCache {
  readonly #kernel: Pick<Kernel, "readCached">;
  readonly #counters: Counters;
  readonly #fd: number;
  /** Why this file is not asked for any more, as file systems without the call say it; 0 as long as it is. */
  #refusal = 0;

  /** @param fd of a file that was not opened with O_DIRECT */
  constructor(kernel: Pick<Kernel, "readCached">, counters: Counters, fd: number) {
    this.#kernel = kernel;
    this.#counters = counters;
    this.#fd = fd;
  }

  /**
   * Reads into a buffer that is lent for the time of the call. Returns the number of bytes, which is all of them, or 0 at the end of the
   * file; or `CACHE_MISS`. Fewer may be all that the file has, or all that is in memory: only the ring can tell.
   */
  read(buf: RingBuffer, start: number, lengthBytes: number, position: number): number {
    const counters = this.#counters;
    if (this.#refusal !== 0) {
      countFallback(counters, "cached reads", this.#refusal);
      return CACHE_MISS;
    }
    counters.crossings++;
    counters.systemCalls.preadv2++;
    const address = (buf.addressHigh >>> 0) * 0x1_0000_0000 + (buf.addressLow >>> 0) + start;
    const n = this.#kernel.readCached(this.#fd, address, lengthBytes, position);
    if (n === lengthBytes || n === 0) {
      counters.cachedReads++;
      return n;
    }
    counters.cacheMisses++;
    if (REFUSALS.has(n)) {
      this.#refusal = n;
      countFallback(counters, "cached reads", n);
    }
    return CACHE_MISS;
  }
}
