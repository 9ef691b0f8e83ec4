// Files over the ring, by the names of node:fs/promises. Every call is a lazy future: nothing happens before its first poll.
import { type BufferPool, type IoBuffer, SystemError, systemError } from "@pollab/io-sys";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import { map } from "@pollab/runtime-core/combinators";
import type {
  BigIntFileStats,
  File,
  FileContent,
  FileStats,
  FileSystem,
  MkdirOptions,
  RmOptions,
  WriteFileOptions,
} from "@pollab/runtime-core/io";
import { constants, type Dirent, type StatsFs } from "node:fs";
import type { Kernel } from "../kernel.ts";
import type { Operations } from "../operations.ts";
import { FileCallFuture } from "./call.ts";
import * as calls from "./calls.ts";
import type { SpliceEnd } from "./calls.ts";
import type { FileSite, UringFile } from "./file.ts";
import { FileFeatures } from "./file-features.ts";
import { mkdirRecursive, mkdtemp, rm } from "./folders.ts";
import { type FileTime, InPlace } from "./in-place.ts";
import { openFile } from "./open-file.ts";
import { openFlags } from "./open-flags.ts";
import { type Path, pathText } from "./path.ts";
import { copyRest } from "./whole.ts";

const { COPYFILE_EXCL, COPYFILE_FICLONE, COPYFILE_FICLONE_FORCE, O_CREAT, O_EXCL, O_WRONLY } = constants;

const ANYBODY_READS_AND_WRITES = 0o666;
const ANYBODY_DOES_ALL = 0o777;

/** As read(2) and its kind have it. */
const MAX_SPLICE_BYTES = 0x7fff_f000;

/** Files; `UringDriver.fs` is one. */
export class UringFileSystem implements FileSystem<IoBuffer> {
  readonly buffers: BufferPool;
  readonly #site: FileSite<IoBuffer>;
  readonly #inPlace: InPlace;

  /**
   * @param argumentBuffers memory for paths, of PATH_MAX bytes each
   * @param cachedReads whom to ask for what the page cache has; null where the ring makes every read
   */
  constructor(
    operations: Operations,
    buffers: BufferPool,
    argumentBuffers: BufferPool,
    cachedReads: Pick<Kernel, "readCached"> | null,
  ) {
    const features = new FileFeatures(operations.counters);
    this.buffers = buffers;
    this.#site = { operations, features, buffers, argumentBuffers, cachedReads };
    this.#inPlace = new InPlace(features);
  }

  /**
   * A file that is opened for a future that was dropped is closed.
   *
   * @throws TypeError for flags or a path that are none
   */
  open(path: Path, flags: string | number = "r", mode: number = ANYBODY_READS_AND_WRITES): Future<UringFile<IoBuffer>> {
    return openFile(this.#site, pathText(path), openFlags(flags), mode);
  }

  readFile(path: Path): Future<Uint8Array<ArrayBuffer>>;
  readFile(path: Path, encoding: "utf8"): Future<string>;
  readFile(path: Path, encoding?: "utf8"): Future<Uint8Array<ArrayBuffer> | string> {
    return this.#using<Uint8Array<ArrayBuffer> | string>(this.open(path), (file) =>
      encoding === undefined ? file.readFile() : file.readFile(encoding),
    );
  }

  writeFile(path: Path, content: FileContent, options: WriteFileOptions = {}): Future<void> {
    const { flag = "w", mode, flush = false } = options;
    return this.#using(this.open(path, flag, mode), (file) => written(file, content, flush));
  }

  appendFile(path: Path, content: FileContent, options: WriteFileOptions = {}): Future<void> {
    return this.writeFile(path, content, { flag: "a", ...options });
  }

  /**
   * Replaces the destination. What could not be copied to its end is removed; dropping the future leaves it.
   *
   * @param mode of `COPYFILE_EXCL`, `COPYFILE_FICLONE` and `COPYFILE_FICLONE_FORCE`; a clone is made in place
   */
  copyFile(source: Path, destination: Path, mode: number = 0): Future<void> {
    const [path, dest] = [pathText(source), pathText(destination)];
    if ((mode & (COPYFILE_FICLONE | COPYFILE_FICLONE_FORCE)) !== 0) return this.#inPlace.cloneFile(path, dest, mode);
    const target = O_WRONLY | O_CREAT | ((mode & COPYFILE_EXCL) === 0 ? 0 : O_EXCL);
    return asCopyFile(
      path,
      dest,
      this.#using(this.open(path), (from) => this.#copyTo(from, dest, target)),
    );
  }

  rename(oldPath: Path, newPath: Path): Future<void> {
    return new FileCallFuture(this.#site, calls.rename(pathText(oldPath), pathText(newPath)));
  }

  link(existingPath: Path, newPath: Path): Future<void> {
    return new FileCallFuture(this.#site, calls.link(pathText(existingPath), pathText(newPath)));
  }

  symlink(target: Path, path: Path): Future<void> {
    return new FileCallFuture(this.#site, calls.symlink(pathText(target), pathText(path)));
  }

  unlink(path: Path): Future<void> {
    return new FileCallFuture(this.#site, calls.unlink(pathText(path)));
  }

  rm(path: Path, options: RmOptions = {}): Future<void> {
    return rm(this.#site, this.#inPlace, pathText(path), options);
  }

  mkdir(path: Path, options: MkdirOptions | number = {}): Future<string | undefined> {
    const { recursive = false, mode = ANYBODY_DOES_ALL } = typeof options === "number" ? { mode: options } : options;
    if (recursive) return mkdirRecursive(this.#site, pathText(path), mode);
    return map(new FileCallFuture(this.#site, calls.mkdir(pathText(path), mode)), () => undefined);
  }

  mkdtemp(prefix: string): Future<string> {
    return mkdtemp(this.#site, pathText(prefix));
  }

  rmdir(path: Path): Future<void> {
    return new FileCallFuture(this.#site, calls.rmdir(pathText(path)));
  }

  stat(path: Path): Future<FileStats>;
  stat(path: Path, options: { readonly bigint: true }): Future<BigIntFileStats>;
  stat(path: Path, options?: { readonly bigint: true }): Future<FileStats | BigIntFileStats> {
    if (options?.bigint) return new FileCallFuture(this.#site, calls.stat(pathText(path), calls.bigIntStats));
    return new FileCallFuture(this.#site, calls.stat(pathText(path), calls.numberStats));
  }

  lstat(path: Path): Future<FileStats>;
  lstat(path: Path, options: { readonly bigint: true }): Future<BigIntFileStats>;
  lstat(path: Path, options?: { readonly bigint: true }): Future<FileStats | BigIntFileStats> {
    if (options?.bigint) return new FileCallFuture(this.#site, calls.lstat(pathText(path), calls.bigIntStats));
    return new FileCallFuture(this.#site, calls.lstat(pathText(path), calls.numberStats));
  }

  truncate(path: Path, lengthBytes: number = 0): Future<void> {
    return this.#using(this.open(path, "r+"), (file) => file.truncate(lengthBytes));
  }

  /**
   * Moves up to `lengthBytes` from one descriptor to another without bringing them here; one of the two is a pipe. The number of bytes,
   * 0 at the end. Both stay open until the future is over. See splice(2).
   *
   * @throws RangeError when a position or the length cannot be
   */
  splice(from: SpliceEnd, to: SpliceEnd, lengthBytes: number): Future<number> {
    for (const position of [from.position, to.position]) {
      if (Number.isSafeInteger(position) && position >= -1) continue;
      throw new RangeError(`expected a position in bytes, or -1, got ${position}`);
    }
    if (!Number.isInteger(lengthBytes) || lengthBytes < 0 || lengthBytes > MAX_SPLICE_BYTES) {
      throw new RangeError(`expected a length from 0 to ${MAX_SPLICE_BYTES} bytes, got ${lengthBytes}`);
    }
    return new FileCallFuture(this.#site, calls.splice(from, to, lengthBytes));
  }

  /** In place. */
  readdir(path: Path): Future<string[]>;
  readdir(path: Path, options: { readonly withFileTypes: true }): Future<Dirent[]>;
  readdir(path: Path, options?: { readonly withFileTypes: true }): Future<string[] | Dirent[]> {
    const entries = this.#inPlace.entries(pathText(path));
    return options?.withFileTypes ? entries : map(entries, (all) => all.map(({ name }) => name));
  }

  /** In place. */
  access(path: Path, mode?: number): Future<void> {
    return this.#inPlace.access(pathText(path), mode);
  }

  /** In place. */
  readlink(path: Path): Future<string> {
    return this.#inPlace.readlink(pathText(path));
  }

  /** In place. */
  realpath(path: Path): Future<string> {
    return this.#inPlace.realpath(pathText(path));
  }

  /** In place. */
  chmod(path: Path, mode: number): Future<void> {
    return this.#inPlace.chmod(pathText(path), mode);
  }

  /** In place. */
  chown(path: Path, uid: number, gid: number): Future<void> {
    return this.#inPlace.chown(pathText(path), uid, gid);
  }

  /** In place. */
  lchown(path: Path, uid: number, gid: number): Future<void> {
    return this.#inPlace.lchown(pathText(path), uid, gid);
  }

  /** In place. */
  utimes(path: Path, atime: FileTime, mtime: FileTime): Future<void> {
    return this.#inPlace.utimes(pathText(path), atime, mtime);
  }

  /** In place. */
  lutimes(path: Path, atime: FileTime, mtime: FileTime): Future<void> {
    return this.#inPlace.lutimes(pathText(path), atime, mtime);
  }

  /** In place. */
  statfs(path: Path): Future<StatsFs> {
    return this.#inPlace.statfs(pathText(path));
  }

  /** Opens, uses and closes. */
  #using<T>(opening: Future<UringFile<IoBuffer>>, use: (file: UringFile<IoBuffer>) => Future<T>): Future<T> {
    return asyncFn(function* () {
      const file = yield* opening;
      try {
        return yield* use(file);
      } finally {
        file.close();
      }
    })();
  }

  /** The copy has the rights of the original. What could not be copied to its end is removed. */
  #copyTo(from: UringFile<IoBuffer>, destination: string, flags: number): Future<void> {
    const { buffers } = this;
    const inPlace = this.#inPlace;
    const copied = (to: UringFile<IoBuffer>): Future<void> =>
      asyncFn(function* () {
        const [original, target] = [yield* from.stat({ bigint: true }), yield* to.stat({ bigint: true })];
        if (original.dev === target.dev && original.ino === target.ino) return;
        yield* to.truncate();
        yield* inPlace.fchmod(to.fd, Number(original.mode) & ANYBODY_DOES_ALL);
        yield* copyRest(from, to, buffers);
      })();
    const removed = (): Future<void> => this.unlink(destination);
    return this.#using(this.open(destination, flags), (to) => otherwise(copied(to), removed));
  }
}

/** With something to do before a failure goes on. */
function otherwise<T>(attempt: Future<T>, cleanUp: () => Future<void>): Future<T> {
  return asyncFn(function* () {
    try {
      return yield* attempt;
    } catch (error) {
      yield* cleanUp();
      throw error;
    }
  })();
}

function written(file: File<IoBuffer>, content: FileContent, flush: boolean): Future<void> {
  return asyncFn(function* () {
    yield* file.writeFile(content);
    if (flush) yield* file.sync();
  })();
}

/** Whatever step of it fails: Node has one name for all of them. */
function asCopyFile(path: string, dest: string, copying: Future<void>): Future<void> {
  return asyncFn(function* () {
    try {
      yield* copying;
    } catch (error) {
      if (error instanceof SystemError) throw systemError(error.errno, "copyfile", { path, dest });
      throw error;
    }
  })();
}
