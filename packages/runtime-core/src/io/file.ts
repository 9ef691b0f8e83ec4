// Files as every driver offers them: the names, defaults and errors of node:fs/promises, as futures. Transfers of a file's bytes have
// the owned form; what takes or gives a whole file copies.
import type { Future } from "../future/future.ts";
import type { BufferSource, OwnedBuffer, Transfer } from "./buffer.ts";
import type { BufferSlice, VectoredTransfer } from "./byte-stream.ts";
import type { BigIntFileStats, FileStats } from "./file-stats.ts";

/** What is written: text as UTF-8. */
export type FileContent = Uint8Array | string;

/** How `writeFile` and `appendFile` open the file. */
export interface WriteFileOptions {
  /** "w" for `writeFile`, "a" for `appendFile` unless given. */
  readonly flag?: string | number;
  /** Of a file that is created; 0o666 less the umask unless given. */
  readonly mode?: number;
  /** Also wait until it is on the disk; no unless given. */
  readonly flush?: boolean;
}

/** How a folder is made. */
export interface MkdirOptions {
  /** Makes the parents too, and is content with a folder that exists; no unless given. */
  readonly recursive?: boolean;
  /** 0o777 less the umask unless given. */
  readonly mode?: number;
}

/** How something is removed. */
export interface RmOptions {
  /** Folders with everything in them; no unless given. */
  readonly recursive?: boolean;
  /** Is content when there is nothing; no unless given. */
  readonly force?: boolean;
}

/** Which part of a buffer is transferred, and from or to where in the file. */
export interface FileTransferOptions {
  /** Where in the buffer the bytes begin; 0 unless given. */
  readonly offset?: number;
  /** How many bytes; those up to the end of the buffer unless given. */
  readonly length?: number;
  /** In bytes from the beginning of the file. Unless given, the file's own position, which the transfer then moves. */
  readonly position?: number | null;
}

/**
 * Files as a driver offers them. Each future fails with a SystemError that has Node's `code`, `errno`, `syscall`, `path` and `dest`.
 */
export interface FileSystem<B extends OwnedBuffer> {
  readonly buffers: BufferSource<B>;
  /** Whether the file is there and allows what `mode` says (of access(2), 0 unless given). */
  access(path: string, mode?: number): Future<void>;
  /** Writes at the end of the file, which is made if it is not there. */
  appendFile(path: string, content: FileContent, options?: WriteFileOptions): Future<void>;
  /** Replaces the destination; with mode 1 (COPYFILE_EXCL) only makes a new one. */
  copyFile(source: string, destination: string, mode?: number): Future<void>;
  /** A second name for a file. */
  link(existingPath: string, newPath: string): Future<void>;
  /** What is known of the file; of a symbolic link itself. */
  lstat(path: string): Future<FileStats>;
  /** The same, exactly. */
  lstat(path: string, options: { readonly bigint: true }): Future<BigIntFileStats>;
  /** With `recursive`, the first folder that was made, or undefined. */
  mkdir(path: string, options?: MkdirOptions | number): Future<string | undefined>;
  /** A new folder whose name is `prefix` and six characters more. */
  mkdtemp(prefix: string): Future<string>;
  /** An open file, which is to be closed. @param flags as in Node: "r" unless given, "r+", "w", "wx", "a" and so on, or numbers of open(2) */
  open(path: string, flags?: string | number, mode?: number): Future<File<B>>;
  /** The whole content. */
  readFile(path: string): Future<Uint8Array<ArrayBuffer>>;
  /** The whole content as text. */
  readFile(path: string, encoding: "utf8"): Future<string>;
  /** The names in a folder, in no particular order. */
  readdir(path: string): Future<string[]>;
  /** What a symbolic link contains. */
  readlink(path: string): Future<string>;
  /** Replaces what has the new name. */
  rename(oldPath: string, newPath: string): Future<void>;
  /** Removes a file, or with `recursive` whatever it is. */
  rm(path: string, options?: RmOptions): Future<void>;
  /** Removes a folder that is empty. */
  rmdir(path: string): Future<void>;
  /** What is known of the file. */
  stat(path: string): Future<FileStats>;
  /** The same, exactly. */
  stat(path: string, options: { readonly bigint: true }): Future<BigIntFileStats>;
  /** A symbolic link at `path` that contains `target`. */
  symlink(target: string, path: string): Future<void>;
  /** Cuts off, or extends with zeros. */
  truncate(path: string, lengthBytes?: number): Future<void>;
  /** Removes a name, and the file with its last one. */
  unlink(path: string): Future<void>;
  /** Replaces the content, or makes the file. */
  writeFile(path: string, content: FileContent, options?: WriteFileOptions): Future<void>;
}

/** An open file. Any number of operations may be in flight at a time. */
export interface File<B extends OwnedBuffer> {
  readonly fd: number;
  /** Reads up to `length` bytes (the whole buffer unless given) from `position` on; `n` is 0 at the end of the file. */
  readAt(buf: B, position: number, length?: number): Future<Transfer<B>>;
  /** Writes the first `length` bytes of the buffer (all unless given) at `position`; `n` may be less. */
  writeAt(buf: B, position: number, length?: number): Future<Transfer<B>>;
  /** Reads once; `n` is 0 at the end of the file. */
  read(buf: B, options?: FileTransferOptions): Future<Transfer<B>>;
  /** Writes once; `n` may be less than was asked for. */
  write(buf: B, options?: FileTransferOptions): Future<Transfer<B>>;
  /** Reads into several buffers, one after the other, with one operation. */
  readv(bufs: readonly B[], position?: number | null): Future<VectoredTransfer<B>>;
  /** Writes several slices, in their order, with one operation. */
  writev(slices: readonly BufferSlice<B>[], position?: number | null): Future<VectoredTransfer<B>>;
  /** From the file's own position to the end. */
  readFile(): Future<Uint8Array<ArrayBuffer>>;
  /** The same as text. */
  readFile(encoding: "utf8"): Future<string>;
  /** All of it, at the file's own position. */
  writeFile(content: FileContent): Future<void>;
  /** The same as `writeFile`: what was opened to append appends. */
  appendFile(content: FileContent): Future<void>;
  /** What is known of the file. */
  stat(): Future<FileStats>;
  /** The same, exactly. */
  stat(options: { readonly bigint: true }): Future<BigIntFileStats>;
  /** Cuts off, or extends with zeros. */
  truncate(lengthBytes?: number): Future<void>;
  /** Waits until content and metadata are on the disk. See fsync(2). */
  sync(): Future<void>;
  /** Waits until the content is, and the metadata that reading it needs. See fdatasync(2). */
  datasync(): Future<void>;
  /**
   * Closes once the operations in flight, which fail with ECANCELED where they can still be cancelled, have ended. Idempotent. Not a
   * future, so that `finally` can close also when a task is dropped.
   */
  close(): void;
}
