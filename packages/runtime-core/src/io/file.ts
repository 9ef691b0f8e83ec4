// Positioned file I/O in the owned form.
import type { Future } from "../future/future.ts";
import type { BufferSource, OwnedBuffer, Transfer } from "./buffer.ts";

/** Files as a driver offers them. */
export interface FileSystem<B extends OwnedBuffer> {
  readonly buffers: BufferSource<B>;
  /** Opens an existing file for reading. @throws SystemError such as ENOENT */
  openRead(path: string): Future<File<B>>;
}

/** An open file. Any number of reads may be in flight at a time. */
export interface File<B extends OwnedBuffer> {
  /** Reads up to `length` bytes (the whole buffer unless given) from `position` on; `n` is 0 at the end of the file. */
  readAt(buf: B, position: number, length?: number): Future<Transfer<B>>;
  /** Closes once the operations in flight, which fail with ECANCELED where they can still be cancelled, have ended. Idempotent. */
  close(): void;
}
