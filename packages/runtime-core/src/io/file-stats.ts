// What is known about a file besides its content, in the shape of Node's `Stats` and `BigIntStats`.
// Relies on: the numbers of inode(7), which are the same on every Linux.

const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const S_IFCHR = 0o020000;
const S_IFDIR = 0o040000;
const S_IFBLK = 0o060000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;
const S_IFSOCK = 0o140000;

const NS_PER_MS = 1_000_000n;

/** What a file system says of a file; see statx(2). Times are in nanoseconds since 1970. */
export interface RawFileStats {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mode: bigint;
  readonly nlink: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly rdev: bigint;
  /** In bytes. */
  readonly size: bigint;
  /** The best size of a transfer, in bytes. */
  readonly blksize: bigint;
  /** Of 512 bytes each, as many as are allocated. */
  readonly blocks: bigint;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly birthtimeNs: bigint;
}

abstract class FileKind {
  protected abstract readonly kind: number;

  /** A regular file. */
  isFile(): boolean {
    return this.kind === S_IFREG;
  }

  /** A folder. */
  isDirectory(): boolean {
    return this.kind === S_IFDIR;
  }

  /** A symbolic link: only `lstat` finds one. */
  isSymbolicLink(): boolean {
    return this.kind === S_IFLNK;
  }

  /** A named pipe. */
  isFIFO(): boolean {
    return this.kind === S_IFIFO;
  }

  /** The name of a Unix socket. */
  isSocket(): boolean {
    return this.kind === S_IFSOCK;
  }

  /** A device such as a terminal. */
  isCharacterDevice(): boolean {
    return this.kind === S_IFCHR;
  }

  /** A device such as a disk. */
  isBlockDevice(): boolean {
    return this.kind === S_IFBLK;
  }
}

/** Sizes and times as numbers; exact up to 2**53. */
export class FileStats extends FileKind {
  readonly dev: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly blksize: number;
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;

  constructor(raw: RawFileStats) {
    super();
    this.dev = Number(raw.dev);
    this.ino = Number(raw.ino);
    this.mode = Number(raw.mode);
    this.nlink = Number(raw.nlink);
    this.uid = Number(raw.uid);
    this.gid = Number(raw.gid);
    this.rdev = Number(raw.rdev);
    this.size = Number(raw.size);
    this.blksize = Number(raw.blksize);
    this.blocks = Number(raw.blocks);
    this.atimeMs = milliseconds(raw.atimeNs);
    this.mtimeMs = milliseconds(raw.mtimeNs);
    this.ctimeMs = milliseconds(raw.ctimeNs);
    this.birthtimeMs = milliseconds(raw.birthtimeNs);
  }

  get atime(): Date {
    return new Date(Math.round(this.atimeMs));
  }

  get mtime(): Date {
    return new Date(Math.round(this.mtimeMs));
  }

  get ctime(): Date {
    return new Date(Math.round(this.ctimeMs));
  }

  get birthtime(): Date {
    return new Date(Math.round(this.birthtimeMs));
  }

  protected override get kind(): number {
    return this.mode & S_IFMT;
  }
}

/** The same, all of it exact. */
export class BigIntFileStats extends FileKind implements RawFileStats {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mode: bigint;
  readonly nlink: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly rdev: bigint;
  readonly size: bigint;
  readonly blksize: bigint;
  readonly blocks: bigint;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly birthtimeNs: bigint;

  constructor(raw: RawFileStats) {
    super();
    this.dev = raw.dev;
    this.ino = raw.ino;
    this.mode = raw.mode;
    this.nlink = raw.nlink;
    this.uid = raw.uid;
    this.gid = raw.gid;
    this.rdev = raw.rdev;
    this.size = raw.size;
    this.blksize = raw.blksize;
    this.blocks = raw.blocks;
    this.atimeNs = raw.atimeNs;
    this.mtimeNs = raw.mtimeNs;
    this.ctimeNs = raw.ctimeNs;
    this.birthtimeNs = raw.birthtimeNs;
  }

  get atimeMs(): bigint {
    return this.atimeNs / NS_PER_MS;
  }

  get mtimeMs(): bigint {
    return this.mtimeNs / NS_PER_MS;
  }

  get ctimeMs(): bigint {
    return this.ctimeNs / NS_PER_MS;
  }

  get birthtimeMs(): bigint {
    return this.birthtimeNs / NS_PER_MS;
  }

  get atime(): Date {
    return new Date(Number(this.atimeMs));
  }

  get mtime(): Date {
    return new Date(Number(this.mtimeMs));
  }

  get ctime(): Date {
    return new Date(Number(this.ctimeMs));
  }

  get birthtime(): Date {
    return new Date(Number(this.birthtimeMs));
  }

  protected override get kind(): number {
    return Number(this.mode) & S_IFMT;
  }
}

/** With the fraction that a double holds, as Node computes it. */
function milliseconds(ns: bigint): number {
  const whole = ns / NS_PER_MS;
  return Number(whole) + Number(ns - whole * NS_PER_MS) / 1e6;
}
