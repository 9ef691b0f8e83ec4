// Folders with everything above or below them: making one with its parents, removing one with its content, and one with a new name.
import { SystemError, systemError } from "@pollab/io-sys";
import { asyncFn, type Future } from "@pollab/runtime-core/future";
import type { RmOptions } from "@pollab/runtime-core/io";
import { randomInt } from "node:crypto";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type CallSite, FileCallFuture } from "./call.ts";
import { lstat, mkdir, numberStats, rmdir, stat, unlink } from "./calls.ts";
import type { InPlace } from "./in-place.ts";

const { errno: ERRNO } = constants;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const RANDOM_LETTERS = 6;
/** As many as mkdtemp(3) makes before it gives up. */
const MAX_NAMES = 62 ** 3;

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}

/** Makes what is missing of a path. Returns the first folder that it made. */
export function mkdirRecursive(site: CallSite, path: string, mode: number): Future<string | undefined> {
  return asyncFn(function* () {
    const missing = [resolve(path)];
    let first: string | undefined;
    for (let next = missing.at(-1); next !== undefined; next = missing.at(-1)) {
      try {
        yield* new FileCallFuture(site, mkdir(next, mode));
        first ??= next;
        missing.pop();
      } catch (error) {
        const parent = dirname(next);
        if (hasCode(error, "ENOENT") && parent !== next) missing.push(parent);
        else if (hasCode(error, "EACCES", "ENOTDIR", "EPERM")) throw error;
        else {
          yield* requireFolder(site, next, missing.length > 1, error);
          missing.pop();
        }
      }
    }
    return first;
  })();
}

/** What kept a folder from being made has to be one that is there already. Fails as Node does, and with its reason. */
function requireFolder(site: CallSite, path: string, isParent: boolean, cause: unknown): Future<void> {
  return asyncFn(function* () {
    let reason: number = isParent ? ERRNO.ENOTDIR : ERRNO.EEXIST;
    try {
      const stats = yield* new FileCallFuture(site, stat(path, numberStats));
      if (stats.isDirectory()) return;
    } catch (error) {
      if (!isParent && error instanceof SystemError) reason = error.errno;
    }
    if (hasCode(cause, "EEXIST")) throw systemError(reason, "mkdir", { path });
    throw cause;
  })();
}

/** A new folder, for the user alone. */
export function mkdtemp(site: CallSite, prefix: string): Future<string> {
  return asyncFn(function* () {
    for (let attempt = 0; attempt < MAX_NAMES; attempt++) {
      const path = prefix + randomLetters();
      try {
        yield* new FileCallFuture(site, mkdir(path, 0o700, "mkdtemp"));
        return path;
      } catch (error) {
        if (hasCode(error, "EEXIST")) continue;
        // What was wrong is not the six letters.
        if (error instanceof SystemError) throw systemError(error.errno, "mkdtemp", { path: `${prefix}XXXXXX` });
        throw error;
      }
    }
    throw systemError(ERRNO.EEXIST, "mkdtemp", { path: `${prefix}XXXXXX` });
  })();
}

function randomLetters(): string {
  return Array.from({ length: RANDOM_LETTERS }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
}

/** Removes a file, or with `recursive` whatever it is. */
export function rm(site: CallSite, inPlace: InPlace, path: string, options: RmOptions): Future<void> {
  const { recursive = false, force = false } = options;
  return asyncFn(function* () {
    try {
      const stats = yield* new FileCallFuture(site, lstat(path, numberStats));
      if (!stats.isDirectory()) yield* new FileCallFuture(site, unlink(path));
      else if (recursive) yield* removeTree(site, inPlace, path);
      else {
        const message = `Path is a directory: rm returned EISDIR (is a directory) ${path}`;
        throw new SystemError("ERR_FS_EISDIR", ERRNO.EISDIR, "rm", message, { path });
      }
    } catch (error) {
      if (!(force && hasCode(error, "ENOENT"))) throw error;
    }
  })();
}

/** Depth first. What somebody else has removed meanwhile is removed. */
function removeTree(site: CallSite, inPlace: InPlace, root: string): Future<void> {
  return asyncFn(function* () {
    const folders = [{ path: root, emptied: false }];
    for (let folder = folders.at(-1); folder !== undefined; folder = folders.at(-1)) {
      if (folder.emptied) {
        yield* unlessGone(new FileCallFuture(site, rmdir(folder.path)));
        folders.pop();
        continue;
      }
      folder.emptied = true;
      for (const entry of yield* inPlace.entries(folder.path)) {
        const path = join(folder.path, entry.name);
        if (entry.isDirectory()) folders.push({ path, emptied: false });
        else yield* unlessGone(new FileCallFuture(site, unlink(path)));
      }
    }
  })();
}

function unlessGone(removal: Future<void>): Future<void> {
  return asyncFn(function* () {
    try {
      yield* removal;
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
    }
  })();
}
