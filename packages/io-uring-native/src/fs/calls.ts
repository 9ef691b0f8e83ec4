// Every operation that is not a transfer, as the entry that the kernel gets. Those that came after Linux 5.11 have a system call beside
// them that does the same.
import { BigIntFileStats, FileStats, type RawFileStats } from "@pollab/runtime-core/io";
import { ftruncateSync, linkSync, mkdirSync, symlinkSync } from "node:fs";
import {
  AT_FDCWD,
  O_CLOEXEC,
  OP_FADVISE,
  OP_FALLOCATE,
  OP_FSYNC,
  OP_FTRUNCATE,
  OP_LINKAT,
  OP_MKDIRAT,
  OP_OPENAT,
  OP_RENAMEAT,
  OP_SPLICE,
  OP_STATX,
  OP_SYMLINKAT,
  OP_UNLINKAT,
} from "../abi.ts";
import type { Descriptor } from "../descriptor.ts";
import type { Operation, Place } from "../operation.ts";
import type { FileCall } from "./call.ts";
import { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, decodeStatx, STATX_MASK } from "./statx.ts";

const AT_REMOVEDIR = 0x200;
const FSYNC_DATASYNC = 1;

/** What many calls return. */
const nothing = (): undefined => undefined;

/** The descriptor of the file. */
export function open(path: string, flags: number, mode: number): FileCall<number> {
  return {
    syscall: "open",
    subject: { path },
    opcode: OP_OPENAT,
    paths: [path],
    opens: true,
    fill(operation, memory) {
      operation.fd = AT_FDCWD;
      operation.pointAt(memory.place(0), 0);
      operation.flags = flags | O_CLOEXEC;
      operation.length = mode;
    },
    result: (fd) => fd,
  };
}

export function rename(from: string, to: string): FileCall<void> {
  return {
    syscall: "rename",
    subject: { path: from, dest: to },
    opcode: OP_RENAMEAT,
    paths: [from, to],
    fill(operation, memory) {
      twoPaths(operation, memory.place(0), memory.place(1));
    },
    result: nothing,
  };
}

export function link(existing: string, path: string): FileCall<void> {
  return {
    syscall: "link",
    subject: { path: existing, dest: path },
    opcode: OP_LINKAT,
    paths: [existing, path],
    fill(operation, memory) {
      twoPaths(operation, memory.place(0), memory.place(1));
    },
    result: nothing,
    fallback: { feature: "linkat", inPlace: () => linkSync(existing, path) },
  };
}

export function symlink(target: string, path: string): FileCall<void> {
  return {
    syscall: "symlink",
    subject: { path: target, dest: path },
    opcode: OP_SYMLINKAT,
    paths: [target, path],
    fill(operation, memory) {
      operation.fd = AT_FDCWD;
      operation.pointAt(memory.place(0), 0);
      secondPointAt(operation, memory.place(1));
    },
    result: nothing,
    fallback: { feature: "symlinkat", inPlace: () => symlinkSync(target, path) },
  };
}

export function unlink(path: string): FileCall<void> {
  return remove(path, "unlink", 0);
}

export function rmdir(path: string): FileCall<void> {
  return remove(path, "rmdir", AT_REMOVEDIR);
}

function remove(path: string, syscall: string, flags: number): FileCall<void> {
  return {
    syscall,
    subject: { path },
    opcode: OP_UNLINKAT,
    paths: [path],
    fill(operation, memory) {
      operation.fd = AT_FDCWD;
      operation.pointAt(memory.place(0), 0);
      operation.flags = flags;
    },
    result: nothing,
  };
}

export function mkdir(path: string, mode: number, syscall: "mkdir" | "mkdtemp" = "mkdir"): FileCall<void> {
  return {
    syscall,
    subject: { path },
    opcode: OP_MKDIRAT,
    paths: [path],
    fill(operation, memory) {
      operation.fd = AT_FDCWD;
      operation.pointAt(memory.place(0), 0);
      operation.length = mode;
    },
    result: nothing,
    fallback: { feature: "mkdirat", inPlace: () => mkdirInPlace(path, mode) },
  };
}

/** Makes what the user asked for out of what the kernel said. */
export type StatsMaker<T> = (raw: RawFileStats) => T;

export const numberStats: StatsMaker<FileStats> = (raw) => new FileStats(raw);
export const bigIntStats: StatsMaker<BigIntFileStats> = (raw) => new BigIntFileStats(raw);

export function stat<T>(path: string, make: StatsMaker<T>): FileCall<T> {
  return statPath(path, "stat", 0, make);
}

export function lstat<T>(path: string, make: StatsMaker<T>): FileCall<T> {
  return statPath(path, "lstat", AT_SYMLINK_NOFOLLOW, make);
}

function statPath<T>(path: string, syscall: string, flags: number, make: StatsMaker<T>): FileCall<T> {
  return {
    syscall,
    subject: { path },
    opcode: OP_STATX,
    paths: [path],
    answers: true,
    fill(operation, memory) {
      operation.fd = AT_FDCWD;
      statx(operation, memory.place(0), memory.place(1), flags);
    },
    result: (_, memory) => make(decodeStatx(memory.answer)),
  };
}

export function fstat<T>(descriptor: Descriptor, make: StatsMaker<T>): FileCall<T> {
  return {
    syscall: "fstat",
    subject: {},
    opcode: OP_STATX,
    descriptor,
    paths: [""],
    answers: true,
    fill(operation, memory) {
      statx(operation, memory.place(0), memory.place(1), AT_EMPTY_PATH);
    },
    result: (_, memory) => make(decodeStatx(memory.answer)),
  };
}

export function fsync(descriptor: Descriptor): FileCall<void> {
  return sync(descriptor, "fsync", 0);
}

export function fdatasync(descriptor: Descriptor): FileCall<void> {
  return sync(descriptor, "fdatasync", FSYNC_DATASYNC);
}

function sync(descriptor: Descriptor, syscall: string, flags: number): FileCall<void> {
  return {
    syscall,
    subject: {},
    opcode: OP_FSYNC,
    descriptor,
    fill(operation) {
      operation.flags = flags;
    },
    result: nothing,
  };
}

export function ftruncate(descriptor: Descriptor, lengthBytes: number): FileCall<void> {
  return {
    syscall: "ftruncate",
    subject: {},
    opcode: OP_FTRUNCATE,
    descriptor,
    fill(operation) {
      operation.seek(lengthBytes);
    },
    result: nothing,
    fallback: { feature: "ftruncate", inPlace: () => ftruncateSync(descriptor.fd, lengthBytes) },
  };
}

/** @param mode of fallocate(2) */
export function fallocate(descriptor: Descriptor, offset: number, lengthBytes: number, mode: number): FileCall<void> {
  return {
    syscall: "fallocate",
    subject: {},
    opcode: OP_FALLOCATE,
    descriptor,
    fill(operation) {
      operation.seek(offset);
      operation.addressLow = lengthBytes | 0;
      operation.addressHigh = (lengthBytes / 0x1_0000_0000) | 0;
      operation.length = mode;
    },
    result: nothing,
  };
}

/** @param advice of posix_fadvise(2) */
export function fadvise(descriptor: Descriptor, offset: number, lengthBytes: number, advice: number): FileCall<void> {
  return {
    syscall: "fadvise",
    subject: {},
    opcode: OP_FADVISE,
    descriptor,
    fill(operation) {
      operation.seek(offset);
      operation.length = lengthBytes;
      operation.flags = advice;
    },
    result: nothing,
  };
}

/** @param from the source's descriptor and where in it to begin, -1 for its own position; `to` likewise */
export function splice(from: SpliceEnd, to: SpliceEnd, lengthBytes: number): FileCall<number> {
  return {
    syscall: "splice",
    subject: {},
    opcode: OP_SPLICE,
    fill(operation) {
      operation.fd = to.fd;
      operation.fileIndex = from.fd;
      operation.length = lengthBytes;
      [operation.offsetLow, operation.offsetHigh] = halves(to.position);
      [operation.addressLow, operation.addressHigh] = halves(from.position);
    },
    result: (n) => n,
  };
}

/** One end of a splice. */
export interface SpliceEnd {
  /** A descriptor, which stays open until the future is over. */
  readonly fd: number;
  /** In bytes; -1 is the file's own, and the only one that a pipe has. */
  readonly position: number;
}

/** Of a number of at least -1, as two signed 32-bit numbers. */
function halves(value: number): readonly [low: number, high: number] {
  return [value | 0, Math.floor(value / 0x1_0000_0000) | 0];
}

function mkdirInPlace(path: string, mode: number): void {
  mkdirSync(path, mode);
}

function twoPaths(operation: Operation, first: Place, second: Place): void {
  operation.fd = AT_FDCWD;
  operation.pointAt(first, 0);
  secondPointAt(operation, second);
  // The folder that the second path begins in.
  operation.length = AT_FDCWD;
}

/** Two addresses: the second is in the place of the offset. */
function secondPointAt(operation: Operation, { addressLow, addressHigh }: Place): void {
  operation.offsetLow = addressLow;
  operation.offsetHigh = addressHigh;
}

function statx(operation: Operation, path: Place, answer: Place, flags: number): void {
  operation.pointAt(path, 0);
  secondPointAt(operation, answer);
  operation.length = STATX_MASK;
  operation.flags = flags;
}
