// Files by the blocking threads of the runtime, as tokio has them: epoll says of a regular file nothing but that it is ready. Every call
// is made by node:fs on another thread, so what it does and how it fails is Node's.
import type * as fs from "node:fs";
import { type BufferPool, closeFd, type IoBuffer } from "@pollab/io-sys";
import { map } from "@pollab/runtime-core/combinators";
import type { Future } from "@pollab/runtime-core/future";
import type {
  BigIntFileStats,
  FileContent,
  FileStats,
  FileSystem,
  MkdirOptions,
  RmOptions,
  WriteFileOptions,
} from "@pollab/runtime-core/io";
import { beside } from "./beside.ts";
import { BlockingFile, statsOf } from "./blocking-file.ts";
import { onThread, SeenToEnd } from "./on-thread.ts";
import type * as functions from "./pool-functions.ts";
import { SharedMemory } from "./shared-memory.ts";

const NODE = "node:fs";
const access = onThread<typeof fs.accessSync>(NODE, "accessSync");
const copyFile = onThread<typeof fs.copyFileSync>(NODE, "copyFileSync");
const link = onThread<typeof fs.linkSync>(NODE, "linkSync");
const lstat = onThread<(path: string, options: { bigint: true }) => object>(NODE, "lstatSync");
const mkdir = onThread<(path: string, options: MkdirOptions) => string | undefined>(NODE, "mkdirSync");
const mkdtemp = onThread<(prefix: string) => string>(NODE, "mkdtempSync");
const readdir = onThread<(path: string) => string[]>(NODE, "readdirSync");
const readlink = onThread<(path: string) => string>(NODE, "readlinkSync");
const rename = onThread<typeof fs.renameSync>(NODE, "renameSync");
const rm = onThread<typeof fs.rmSync>(NODE, "rmSync");
const rmdir = onThread<(path: string) => void>(NODE, "rmdirSync");
const stat = onThread<(path: string, options: { bigint: true }) => object>(NODE, "statSync");
const symlink = onThread<typeof fs.symlinkSync>(NODE, "symlinkSync");
const truncate = onThread<typeof fs.truncateSync>(NODE, "truncateSync");
const unlink = onThread<typeof fs.unlinkSync>(NODE, "unlinkSync");

const here = beside("pool-functions");
const open = onThread<typeof functions.open>(here, "open");
const readAll = onThread<typeof functions.readAll>(here, "readAll");
const readText = onThread<typeof functions.readText>(here, "readText");
const writePath = onThread<typeof functions.writePath>(here, "writePath");

const ANYBODY_READS_AND_WRITES = 0o666;

/** Files; `EpollDriver.fs` is one. Needs a runtime with a blocking pool: without one each future fails, and says so. */
export class BlockingFileSystem implements FileSystem<IoBuffer> {
  readonly buffers: BufferPool;
  private readonly memory: SharedMemory;

  constructor(buffers: BufferPool) {
    this.buffers = buffers;
    this.memory = new SharedMemory(buffers.bufferBytes);
  }

  access(path: string, mode?: number): Future<void> {
    return access(path, mode);
  }

  appendFile(path: string, content: FileContent, options: WriteFileOptions = {}): Future<void> {
    return writePath(path, content, { flag: "a", ...options });
  }

  copyFile(source: string, destination: string, mode?: number): Future<void> {
    return copyFile(source, destination, mode);
  }

  link(existingPath: string, newPath: string): Future<void> {
    return link(existingPath, newPath);
  }

  lstat(path: string): Future<FileStats>;
  lstat(path: string, options: { readonly bigint: true }): Future<BigIntFileStats>;
  lstat(path: string, options?: { readonly bigint: true }): Future<FileStats | BigIntFileStats> {
    return map(lstat(path, { bigint: true }), (raw) => statsOf(raw, options?.bigint === true));
  }

  mkdir(path: string, options: MkdirOptions | number = {}): Future<string | undefined> {
    return mkdir(path, typeof options === "number" ? { mode: options } : options);
  }

  mkdtemp(prefix: string): Future<string> {
    return mkdtemp(prefix);
  }

  /** A file that is opened for a future that was dropped is closed. */
  open(path: string, flags: string | number = "r", mode: number = ANYBODY_READS_AND_WRITES): Future<BlockingFile> {
    const opening = new SeenToEnd(open(path, flags, mode), (fd) => {
      if (fd !== undefined) closeFd(fd);
    });
    return map(opening, (fd) => new BlockingFile(fd, this.memory));
  }

  readFile(path: string): Future<Uint8Array<ArrayBuffer>>;
  readFile(path: string, encoding: "utf8"): Future<string>;
  readFile(path: string, encoding?: "utf8"): Future<Uint8Array<ArrayBuffer> | string> {
    return encoding === undefined ? readAll(path) : readText(path);
  }

  readdir(path: string): Future<string[]> {
    return readdir(path);
  }

  readlink(path: string): Future<string> {
    return readlink(path);
  }

  rename(oldPath: string, newPath: string): Future<void> {
    return rename(oldPath, newPath);
  }

  rm(path: string, options: RmOptions = {}): Future<void> {
    return rm(path, options);
  }

  rmdir(path: string): Future<void> {
    return rmdir(path);
  }

  stat(path: string): Future<FileStats>;
  stat(path: string, options: { readonly bigint: true }): Future<BigIntFileStats>;
  stat(path: string, options?: { readonly bigint: true }): Future<FileStats | BigIntFileStats> {
    return map(stat(path, { bigint: true }), (raw) => statsOf(raw, options?.bigint === true));
  }

  symlink(target: string, path: string): Future<void> {
    return symlink(target, path);
  }

  truncate(path: string, lengthBytes: number = 0): Future<void> {
    return truncate(path, lengthBytes);
  }

  unlink(path: string): Future<void> {
    return unlink(path);
  }

  writeFile(path: string, content: FileContent, options: WriteFileOptions = {}): Future<void> {
    return writePath(path, content, options);
  }
}
