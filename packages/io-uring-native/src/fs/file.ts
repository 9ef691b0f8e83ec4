// An open file: transfers at any position, any number at a time, and what else is done to it.
import { requireDistinct } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type {
  BigIntFileStats,
  BufferSlice,
  BufferSource,
  File,
  FileContent,
  FileStats,
  FileTransferOptions,
  Transfer,
  VectoredTransfer,
} from "@pollab/runtime-core/io";
import { OP_READ, OP_READV, OP_WRITE, OP_WRITEV } from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import { FileSteps } from "../linked/file-steps.ts";
import type { Kernel } from "../kernel.ts";
import type { RingBuffer } from "../operation.ts";
import { CachedFileRead } from "./cached-read.ts";
import { type CallSite, FileCallFuture } from "./call.ts";
import { bigIntStats, fadvise, fallocate, fdatasync, fstat, fsync, ftruncate, numberStats } from "./calls.ts";
import type { PageCache } from "./page-cache.ts";
import { CURRENT_POSITION, FileTransfer, VectoredFileTransfer } from "./transfer.ts";
import { readRest, readText, writeContent } from "./whole.ts";

/** How `advise` says what will be done with a part of a file; see posix_fadvise(2). */
export const FILE_ADVICE: {
  readonly normal: number;
  readonly random: number;
  readonly sequential: number;
  readonly willNeed: number;
  readonly dontNeed: number;
  readonly noReuse: number;
} = { normal: 0, random: 1, sequential: 2, willNeed: 3, dontNeed: 4, noReuse: 5 };

/** What a file needs of the driver. */
export interface FileSite<B extends RingBuffer> extends CallSite {
  readonly buffers: BufferSource<B>;
  /** Whom to ask for what the page cache has; null where the ring makes every read. */
  readonly cachedReads: Pick<Kernel, "readCached"> | null;
}

/** How many parts one vector has: as many as the memory for it holds. */
const MAX_SLICES = 256;
/** The length of a range is 32 bits there. */
const MAX_ADVISED_BYTES = 0xffff_ffff;

/** A file of `UringDriver.fs`. */
export class UringFile<B extends RingBuffer> implements File<B> {
  readonly fd: number;
  readonly #site: FileSite<B>;
  readonly #descriptor: Descriptor;
  /** Null where the ring makes every read. */
  readonly #cache: PageCache | null;

  constructor(site: FileSite<B>, descriptor: Descriptor, cache: PageCache | null) {
    this.fd = descriptor.fd;
    this.#site = site;
    this.#descriptor = descriptor;
    this.#cache = cache;
  }

  /** Transfers and `sync` as parts of a chain; see `UringRequests.link`. */
  get steps(): FileSteps {
    return new FileSteps(this.#descriptor);
  }

  /** @throws RangeError when the position or the length cannot be */
  readAt(buf: B, position: number, length: number = buf.capacityBytes): Future<Transfer<B>> {
    requirePosition(position);
    requireRange(buf, 0, length);
    return this.#readAt(buf, 0, length, position);
  }

  /** @throws RangeError when the position or the length cannot be */
  writeAt(buf: B, position: number, length: number = buf.capacityBytes): Future<Transfer<B>> {
    requirePosition(position);
    requireRange(buf, 0, length);
    return new FileTransfer(this.#site.operations, OP_WRITE, this.#descriptor, buf, 0, length, position);
  }

  /** @throws RangeError when the position, the offset or the length cannot be */
  read(buf: B, options: FileTransferOptions = {}): Future<Transfer<B>> {
    const { offset = 0, length = buf.capacityBytes - offset, position } = options;
    requireRange(buf, offset, length);
    return this.#readAt(buf, offset, length, positionOf(position));
  }

  /** @throws RangeError when the position, the offset or the length cannot be */
  write(buf: B, options: FileTransferOptions = {}): Future<Transfer<B>> {
    const { offset = 0, length = buf.capacityBytes - offset, position } = options;
    requireRange(buf, offset, length);
    const { operations } = this.#site;
    return new FileTransfer(operations, OP_WRITE, this.#descriptor, buf, offset, length, positionOf(position));
  }

  /** @throws RangeError when the position cannot be, there are more than 256 buffers, or one is there twice */
  readv(bufs: readonly B[], position: number | null = null): Future<VectoredTransfer<B>> {
    requireDistinct(bufs);
    const slices = bufs.map((buf) => ({ buf, start: 0, end: buf.capacityBytes }));
    return this.#vectored(OP_READV, slices, position);
  }

  /** @throws RangeError when the position or a slice cannot be, or there are more than 256 */
  writev(slices: readonly BufferSlice<B>[], position: number | null = null): Future<VectoredTransfer<B>> {
    for (const { buf, start, end } of slices) requireRange(buf, start, end - start);
    return this.#vectored(OP_WRITEV, slices, position);
  }

  readFile(): Future<Uint8Array<ArrayBuffer>>;
  readFile(encoding: "utf8"): Future<string>;
  readFile(encoding?: "utf8"): Future<Uint8Array<ArrayBuffer> | string> {
    return encoding === undefined ? readRest(this, this.#site.buffers) : readText(this, this.#site.buffers);
  }

  writeFile(content: FileContent): Future<void> {
    return writeContent(this, this.#site.buffers, content);
  }

  appendFile(content: FileContent): Future<void> {
    return writeContent(this, this.#site.buffers, content);
  }

  stat(): Future<FileStats>;
  stat(options: { readonly bigint: true }): Future<BigIntFileStats>;
  stat(options?: { readonly bigint: true }): Future<FileStats | BigIntFileStats> {
    if (options?.bigint) return new FileCallFuture(this.#site, fstat(this.#descriptor, bigIntStats));
    return new FileCallFuture(this.#site, fstat(this.#descriptor, numberStats));
  }

  /** @throws RangeError when it can be no length */
  truncate(lengthBytes: number = 0): Future<void> {
    // As Node has it: less than nothing is nothing.
    const length = Math.max(0, lengthBytes);
    requirePosition(length);
    return new FileCallFuture(this.#site, ftruncate(this.#descriptor, length));
  }

  sync(): Future<void> {
    return new FileCallFuture(this.#site, fsync(this.#descriptor));
  }

  datasync(): Future<void> {
    return new FileCallFuture(this.#site, fdatasync(this.#descriptor));
  }

  /**
   * Allocates a range, so that writing there cannot fail for want of space. See fallocate(2).
   *
   * @param mode of fallocate(2); 0, which makes the file as long as the range needs, unless given
   * @throws RangeError for a range that cannot be
   */
  allocate(offset: number, lengthBytes: number, mode: number = 0): Future<void> {
    requirePosition(offset);
    requirePosition(lengthBytes);
    return new FileCallFuture(this.#site, fallocate(this.#descriptor, offset, lengthBytes, mode));
  }

  /**
   * Says how a range will be used. See posix_fadvise(2).
   *
   * @param lengthBytes 0 is the rest of the file
   * @param advice one of {@link FILE_ADVICE}
   * @throws RangeError for a range that cannot be; lengths go up to 4 GiB
   */
  advise(offset: number, lengthBytes: number, advice: number): Future<void> {
    requirePosition(offset);
    requirePosition(lengthBytes);
    if (lengthBytes > MAX_ADVISED_BYTES) {
      throw new RangeError(`expected a length of at most ${MAX_ADVISED_BYTES} bytes, got ${lengthBytes}`);
    }
    return new FileCallFuture(this.#site, fadvise(this.#descriptor, offset, lengthBytes, advice));
  }

  close(): void {
    this.#descriptor.close();
  }

  #readAt(buf: B, offset: number, length: number, position: number): Future<Transfer<B>> {
    const { operations } = this.#site;
    const cache = this.#cache;
    // At the file's own position, a read that is made twice goes on twice as far.
    if (cache === null || position === CURRENT_POSITION) {
      return new FileTransfer(operations, OP_READ, this.#descriptor, buf, offset, length, position);
    }
    return new CachedFileRead(operations, cache, this.#descriptor, buf, offset, length, position);
  }

  #vectored(opcode: number, slices: readonly BufferSlice<B>[], position: number | null): Future<VectoredTransfer<B>> {
    if (slices.length > MAX_SLICES) {
      throw new RangeError(`expected at most ${MAX_SLICES} buffers at a time, got ${slices.length}`);
    }
    return new VectoredFileTransfer(this.#site, opcode, this.#descriptor, slices, positionOf(position));
  }
}

function positionOf(position: number | null | undefined): number {
  if (position === null || position === undefined) return CURRENT_POSITION;
  requirePosition(position);
  return position;
}

function requirePosition(position: number): void {
  if (Number.isSafeInteger(position) && position >= 0) return;
  throw new RangeError(`expected a number of bytes from 0 on, got ${position}`);
}

function requireRange(buf: RingBuffer, start: number, length: number): void {
  const fits = Number.isInteger(start) && start >= 0 && Number.isInteger(length) && length >= 0;
  if (fits && start + length <= buf.capacityBytes) return;
  throw new RangeError(
    `expected a range within the ${buf.capacityBytes} bytes of the buffer, got ${length} from ${start} on`,
  );
}
