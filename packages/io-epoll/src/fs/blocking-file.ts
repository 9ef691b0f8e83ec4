// An open file whose calls are made by the blocking threads.
import { type IoBuffer, requireDistinct, requireRange } from "@pollab/io-sys";
import { map } from "@pollab/runtime-core/combinators";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import {
  BigIntFileStats,
  type BufferSlice,
  type File,
  type FileContent,
  FileStats,
  type FileTransferOptions,
  type RawFileStats,
  type Transfer,
  type VectoredTransfer,
} from "@pollab/runtime-core/io";
import { beside } from "./beside.ts";
import { onThread } from "./on-thread.ts";
import { OpenFile } from "./open-file.ts";
import type * as functions from "./pool-functions.ts";
import type { SharedMemory } from "./shared-memory.ts";

const here = beside("pool-functions");
const read = onThread<typeof functions.read>(here, "read");
const write = onThread<typeof functions.write>(here, "write");
const readAll = onThread<typeof functions.readAll>(here, "readAll");
const readText = onThread<typeof functions.readText>(here, "readText");
const writeAll = onThread<typeof functions.writeAll>(here, "writeAll");
const stat = onThread<typeof functions.stat>(here, "stat");
const truncate = onThread<typeof functions.truncate>(here, "truncate");
const sync = onThread<typeof functions.sync>(here, "sync");
const datasync = onThread<typeof functions.datasync>(here, "datasync");

/** A file; `BlockingFileSystem.open` makes it. A transfer has its buffers until it ends, and frees them when it is dropped. */
export class BlockingFile implements File<IoBuffer> {
  private readonly file: OpenFile;
  private readonly memory: SharedMemory;

  /** For `BlockingFileSystem`. @internal */
  constructor(fd: number, memory: SharedMemory) {
    this.file = new OpenFile(fd);
    this.memory = memory;
  }

  get fd(): number {
    return this.file.fd;
  }

  readAt(buf: IoBuffer, position: number, length: number = buf.capacityBytes): Future<Transfer<IoBuffer>> {
    return this.read(buf, { position, length });
  }

  writeAt(buf: IoBuffer, position: number, length: number = buf.capacityBytes): Future<Transfer<IoBuffer>> {
    return this.write(buf, { position, length });
  }

  /** @throws RangeError at once when `offset` and `length` are no range of the buffer */
  read(buf: IoBuffer, options: FileTransferOptions = {}): Future<Transfer<IoBuffer>> {
    const { end, position, start } = partOf(buf, options);
    const reading = this.readInto([{ buf, start, end }], position);
    return map(reading, (n) => ({ n, buf }));
  }

  /** @throws RangeError at once when `offset` and `length` are no range of the buffer */
  write(buf: IoBuffer, options: FileTransferOptions = {}): Future<Transfer<IoBuffer>> {
    const { end, position, start } = partOf(buf, options);
    const writing = this.writeFrom([{ buf, start, end }], position);
    return map(writing, (n) => ({ n, buf }));
  }

  /** @throws RangeError at once when one buffer is there twice */
  readv(bufs: readonly IoBuffer[], position: number | null = null): Future<VectoredTransfer<IoBuffer>> {
    requireDistinct(bufs);
    const slices = bufs.map((buf) => ({ buf, start: 0, end: buf.capacityBytes }));
    return map(this.readInto(slices, position), (n) => ({ n, bufs }));
  }

  /** @throws RangeError at once when a slice is no range of its buffer */
  writev(slices: readonly BufferSlice<IoBuffer>[], position: number | null = null): Future<VectoredTransfer<IoBuffer>> {
    for (const { buf, start, end } of slices) requireRange(buf, start, end);
    return map(this.writeFrom(slices, position), (n) => ({ n, bufs: slices.map(({ buf }) => buf) }));
  }

  readFile(): Future<Uint8Array<ArrayBuffer>>;
  readFile(encoding: "utf8"): Future<string>;
  readFile(encoding?: "utf8"): Future<Uint8Array<ArrayBuffer> | string> {
    const { file } = this;
    return encoding === undefined ? file.call("read", readAll(file.fd)) : file.call("read", readText(file.fd));
  }

  writeFile(content: FileContent): Future<void> {
    return this.file.call("write", writeAll(this.fd, content));
  }

  appendFile(content: FileContent): Future<void> {
    return this.writeFile(content);
  }

  stat(): Future<FileStats>;
  stat(options: { readonly bigint: true }): Future<BigIntFileStats>;
  stat(options?: { readonly bigint: true }): Future<FileStats | BigIntFileStats> {
    return map(this.file.call("fstat", stat(this.fd)), (raw) => statsOf(raw, options?.bigint === true));
  }

  truncate(lengthBytes: number = 0): Future<void> {
    return this.file.call("ftruncate", truncate(this.fd, lengthBytes));
  }

  sync(): Future<void> {
    return this.file.call("fsync", sync(this.fd));
  }

  datasync(): Future<void> {
    return this.file.call("fdatasync", datasync(this.fd));
  }

  close(): void {
    this.file.close();
  }

  private readInto(slices: readonly BufferSlice<IoBuffer>[], position: number | null): Future<number> {
    const { file, memory } = this;
    const length = lengthOf(slices);
    return asyncFn(function* () {
      const piece = memory.take(length);
      const n = yield* withBuffers(slices, () => file.call("read", read(file.fd, piece, length, position)));
      let at = 0;
      for (const { buf, start, end } of slices) {
        const taken = Math.min(end - start, n - at);
        buf.bytes.set(new Uint8Array(piece, at, taken), start);
        at += taken;
      }
      memory.giveBack(piece);
      return n;
    })();
  }

  private writeFrom(slices: readonly BufferSlice<IoBuffer>[], position: number | null): Future<number> {
    const { file, memory } = this;
    const length = lengthOf(slices);
    return asyncFn(function* () {
      const piece = memory.take(length);
      const view = new Uint8Array(piece);
      let at = 0;
      for (const { buf, start, end } of slices) {
        view.set(buf.bytes.subarray(start, end), at);
        at += end - start;
      }
      const n = yield* withBuffers(slices, () => file.call("write", write(file.fd, piece, length, position)));
      memory.giveBack(piece);
      return n;
    })();
  }
}

/** The stats of node:fs with `bigint`, as they come from another thread: their fields alone. */
export function statsOf(raw: object, bigint: boolean): FileStats | BigIntFileStats {
  const fields = raw as RawFileStats;
  return bigint ? new BigIntFileStats(fields) : new FileStats(fields);
}

/** A call during which it has the buffers; dropped, it frees them: the thread has memory of its own. */
function withBuffers(slices: readonly BufferSlice<IoBuffer>[], call: () => Future<number>): Future<number> {
  return asyncFn(function* () {
    const lent: IoBuffer[] = [];
    let ended = false;
    try {
      for (const buf of new Set(slices.map((slice) => slice.buf))) {
        buf.lend();
        lent.push(buf);
      }
      const n = yield* call();
      ended = true;
      return n;
    } catch (error) {
      ended = true;
      throw error;
    } finally {
      for (const buf of lent) {
        if (!ended) buf.orphan();
        buf.giveBack();
      }
    }
  })();
}

function lengthOf(slices: readonly BufferSlice<IoBuffer>[]): number {
  return slices.reduce((sum, { start, end }) => sum + end - start, 0);
}

function partOf(
  buf: IoBuffer,
  { offset = 0, length = buf.capacityBytes - offset, position = null }: FileTransferOptions,
): { start: number; end: number; position: number | null } {
  requireRange(buf, offset, offset + length);
  return { start: offset, end: offset + length, position };
}
