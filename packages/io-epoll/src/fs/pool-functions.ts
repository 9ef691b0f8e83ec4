// What runs on the threads for blocking calls: each is one call that may wait for the disk. What is transferred passes through shared
// memory, which is not copied on its way between the threads.
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { duplicateFd } from "@pollab/io-sys";
import type { FileContent, WriteFileOptions } from "@pollab/runtime-core/io";

/** A descriptor for the runtime's thread. What node:fs opens on a worker it closes when the worker ends, so it is duplicated. */
export function open(path: string, flags: string | number, mode: number): number {
  const fd = openSync(path, flags, mode);
  try {
    return duplicateFd(fd);
  } finally {
    closeSync(fd);
  }
}

/** Reads once into the beginning of `memory`. */
export function read(fd: number, memory: SharedArrayBuffer, lengthBytes: number, position: number | null): number {
  return readSync(fd, new Uint8Array(memory, 0, lengthBytes), 0, lengthBytes, position);
}

/** Writes once from the beginning of `memory`. */
export function write(fd: number, memory: SharedArrayBuffer, lengthBytes: number, position: number | null): number {
  return writeSync(fd, new Uint8Array(memory, 0, lengthBytes), 0, lengthBytes, position);
}

/** A path's content, or the rest of an open file. */
export function readAll(file: string | number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(file));
}

export function readText(file: string | number): string {
  return readFileSync(file, "utf8");
}

/** At the file's own position. */
export function writeAll(fd: number, content: FileContent): void {
  writeFileSync(fd, content);
}

export function writePath(path: string, content: FileContent, options: WriteFileOptions): void {
  const { flag = "w", flush = false, mode } = options;
  const fd = openSync(path, flag, mode);
  try {
    writeFileSync(fd, content);
    if (flush) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export function stat(fd: number): object {
  return fstatSync(fd, { bigint: true });
}

export function truncate(fd: number, lengthBytes: number): void {
  ftruncateSync(fd, lengthBytes);
}

export function sync(fd: number): void {
  fsyncSync(fd);
}

export function datasync(fd: number): void {
  fdatasyncSync(fd);
}
