// Opening: the operation gives a descriptor, and this a file.
import { map } from "@pollab/runtime-core/combinators";
import type { Future } from "@pollab/runtime-core/future";
import { constants } from "node:fs";
import { Descriptor } from "../descriptor.ts";
import type { RingBuffer } from "../operation.ts";
import { FileCallFuture } from "./call.ts";
import { open } from "./calls.ts";
import { type FileSite, UringFile } from "./file.ts";
import { PageCache } from "./page-cache.ts";

/** @param flags of open(2) */
export function openFile<B extends RingBuffer>(
  site: FileSite<B>,
  path: string,
  flags: number,
  mode: number,
): Future<UringFile<B>> {
  const opened = new FileCallFuture(site, open(path, flags, mode));
  return map(opened, (fd) => {
    const descriptor = new Descriptor(site.operations, fd);
    descriptor.register();
    return new UringFile(site, descriptor, cacheOf(site, fd, flags));
  });
}

/** With O_DIRECT, reads are to pass the page cache by. */
function cacheOf<B extends RingBuffer>(site: FileSite<B>, fd: number, flags: number): PageCache | null {
  const { cachedReads, operations } = site;
  if (cachedReads === null || (flags & constants.O_DIRECT) !== 0) return null;
  return new PageCache(cachedReads, operations.counters, fd);
}
