// What io_uring has no operation for. The thread makes these calls itself and waits for them, one system call at a time or a bounded
// number of them: they look something up or change a name, and transfer nothing. Each is counted among the driver's fallbacks.
import { systemError } from "@pollab/io-sys";
import { asyncFn, type Future, lazy, yieldNow } from "@pollab/runtime-core/future";
import {
  accessSync,
  chmodSync,
  chownSync,
  copyFileSync,
  type Dir,
  type Dirent,
  fchmodSync,
  lchownSync,
  lutimesSync,
  opendirSync,
  readlinkSync,
  realpathSync,
  type StatsFs,
  statfsSync,
  utimesSync,
} from "node:fs";
import type { FileFeatures, InPlaceCall } from "./file-features.ts";

/** How many names one system call brings, after which other tasks have their turn. */
const NAMES_AT_A_TIME = 64;

/** A time as Node takes it: seconds since 1970, or a date. */
export type FileTime = number | string | Date;

/** The calls that are made in place. */
export class InPlace {
  readonly #features: FileFeatures;

  constructor(features: FileFeatures) {
    this.#features = features;
  }

  access(path: string, mode: number | undefined): Future<void> {
    return this.#call("access", () => accessSync(path, mode));
  }

  chmod(path: string, mode: number): Future<void> {
    return this.#call("chmod", () => chmodSync(path, mode));
  }

  fchmod(fd: number, mode: number): Future<void> {
    return this.#call("chmod", () => fchmodSync(fd, mode));
  }

  chown(path: string, uid: number, gid: number): Future<void> {
    return this.#call("chown", () => chownSync(path, uid, gid));
  }

  lchown(path: string, uid: number, gid: number): Future<void> {
    return this.#call("lchown", () => lchownSync(path, uid, gid));
  }

  utimes(path: string, atime: FileTime, mtime: FileTime): Future<void> {
    return this.#call("utimes", () => utimesSync(path, atime, mtime));
  }

  lutimes(path: string, atime: FileTime, mtime: FileTime): Future<void> {
    return this.#call("lutimes", () => lutimesSync(path, atime, mtime));
  }

  readlink(path: string): Future<string> {
    return this.#call("readlink", () => readlinkSync(path));
  }

  realpath(path: string): Future<string> {
    return this.#call("realpath", () => realpathSync.native(path));
  }

  statfs(path: string): Future<StatsFs> {
    return this.#call("statfs", () => statfsSync(path));
  }

  /** A copy that shares its blocks with the original, which copying bytes cannot make. */
  cloneFile(source: string, destination: string, mode: number): Future<void> {
    return this.#call("copy_file_range", () => copyFileSync(source, destination, mode));
  }

  /** What is in a folder. Between batches of names other tasks run. */
  entries(path: string): Future<Dirent[]> {
    const features = this.#features;
    return asyncFn(function* () {
      features.countInPlace("getdents64");
      const folder = openFolder(path);
      const entries: Dirent[] = [];
      try {
        for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
          entries.push(entry);
          if (entries.length % NAMES_AT_A_TIME !== 0) continue;
          yield* yieldNow();
          features.countInPlace("getdents64");
        }
      } finally {
        folder.closeSync();
      }
      return entries;
    })();
  }

  #call<T>(name: InPlaceCall, call: () => T): Future<T> {
    return lazy(() => {
      this.#features.countInPlace(name);
      return call();
    });
  }
}

/** @throws SystemError with the name and the path that Node's readdir has */
function openFolder(path: string): Dir {
  try {
    return opendirSync(path, { bufferSize: NAMES_AT_A_TIME });
  } catch (error) {
    if (error instanceof Error && "errno" in error && typeof error.errno === "number") {
      throw systemError(error.errno, "scandir", { path });
    }
    throw error;
  }
}
