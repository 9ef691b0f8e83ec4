// A connection that carries bytes in order, in the owned form: what TCP and Unix streams have in common.
import type { Future } from "../future/future.ts";
import type { OwnedBuffer, Transfer } from "./buffer.ts";

/** What a finished vectored read or write returns: how many bytes moved in all, and the buffers in the order they were given. */
export interface VectoredTransfer<B extends OwnedBuffer> {
  readonly n: number;
  readonly bufs: readonly B[];
}

/** A part of a buffer, in bytes from its beginning; `end` is not part of it. */
export interface BufferSlice<B extends OwnedBuffer> {
  readonly buf: B;
  readonly start: number;
  readonly end: number;
}

/**
 * A connection. One read and one write may be in flight at a time. A future that is dropped in flight keeps its buffers until the
 * kernel is done with them, then frees them.
 */
export interface ByteStream<B extends OwnedBuffer> {
  /** Reads at least one byte into the beginning of `buf`; `n` is 0 when the peer has finished sending. */
  read(buf: B): Future<Transfer<B>>;
  /** The same into several buffers, one after the other, with one system call. See readv(2). */
  readVectored(bufs: readonly B[]): Future<VectoredTransfer<B>>;
  /** Writes the bytes from `start` to `end` of `buf`, all of them: `n` is their number. */
  writeAll(buf: B, start: number, end: number): Future<Transfer<B>>;
  /** The same from several slices, in their order; `n` is the number of all their bytes. See writev(2). */
  writeAllVectored(slices: readonly BufferSlice<B>[]): Future<VectoredTransfer<B>>;
  /** Reads that wait, and later ones once what has arrived is consumed, return 0: the peer sees nothing of it. */
  shutdownRead(): void;
  /** Tells the peer that nothing more will come. */
  shutdownWrite(): void;
  /** Closes. An operation in flight fails with ECANCELED. Idempotent. */
  close(): void;
}
