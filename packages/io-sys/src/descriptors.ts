// What works with any descriptor, pipes, and moving bytes between two descriptors. Functions that transfer return a value >= 0 or a
// negated errno, which `systemError` turns into an error; the others throw. Nothing here retries or waits unless the descriptor is a
// blocking one. Node.js ignores SIGPIPE, so a write to a pipe that nobody reads returns -EPIPE. See read(2), pipe(7).
import { systemError } from "./errors.ts";
import { native } from "./native.ts";
import type { SlabRanges } from "./slab-ranges.ts";

/** close(2) of any descriptor: 0 or a negated errno. The descriptor is gone in either case, unless it never was: -EBADF. */
export function closeFd(fd: number): number {
  return native().closeDescriptor(fd);
}

/**
 * Lets a descriptor that this package has not made, such as one that io_uring has accepted, be closed with this thread, if the thread
 * is terminated before it does so itself; by nothing but {@link closeFd}. What this package makes is treated so anyway.
 *
 * @throws SystemError ENOMEM
 */
export function adoptFd(fd: number): void {
  const result = native().adoptDescriptor(fd);
  if (result < 0) throw systemError(result, "adoptDescriptor");
}

/** read(2) into a view: the bytes read, 0 at the end, or a negated errno. */
export function readFileView(fd: number, view: Uint8Array): number {
  return native().readFileView(fd, view);
}

/** write(2) from a view: the bytes written, or a negated errno. */
export function writeFileView(fd: number, view: Uint8Array): number {
  return native().writeFileView(fd, view);
}

/** readv(2): the bytes read, 0 at the end, or a negated errno; -EFAULT when a range is outside of its slab. */
export function readFileSlabs(fd: number, ranges: SlabRanges): number {
  return native().readFileSlabs(fd, ranges.words, ranges.count);
}

/** writev(2): the bytes written, or a negated errno; -EFAULT when a range is outside of its slab. */
export function writeFileSlabs(fd: number, ranges: SlabRanges): number {
  return native().writeFileSlabs(fd, ranges.words, ranges.count);
}

/** writev(2) from views, at most 1024 of them: the bytes written, or a negated errno. */
export function writeFileViews(fd: number, views: readonly Uint8Array[]): number {
  return native().writeFileViews(fd, views);
}

/**
 * Switches O_NONBLOCK, which everybody who has the same open file sees, also in other processes. Returns whether it was on before.
 *
 * @throws SystemError such as EBADF
 */
export function setNonblocking(fd: number, nonblocking: boolean): boolean {
  const before = native().setNonblocking(fd, nonblocking);
  if (before < 0) throw systemError(before, "fcntl");
  return before !== 0;
}

/**
 * Opens what a descriptor stands for anew, not blocking: a descriptor of an open file that nobody else has, or a negated errno, such
 * as -ENXIO for a socket and -EACCES where the file is somebody else's.
 */
export function reopenFd(fd: number, forWriting: boolean): number {
  return native().reopenDescriptor(fd, forWriting);
}

/**
 * Another descriptor of the same open file, close-on-exec. It belongs to no thread, so it may be passed to another, which calls
 * {@link adoptFd} for it.
 *
 * @throws SystemError such as EBADF, EMFILE
 */
export function duplicateFd(fd: number): number {
  const duplicate = native().duplicateDescriptor(fd);
  if (duplicate < 0) throw systemError(duplicate, "fcntl");
  return duplicate;
}

const pair = new Int32Array(2);

/** The ends of a pipe: the one to read from, then the one to write to. @throws SystemError such as EMFILE */
export function createPipe(nonblocking: boolean): [number, number] {
  const result = native().createPipe(nonblocking, pair);
  if (result < 0) throw systemError(result, "pipe2");
  return [pair[0], pair[1]];
}

/**
 * sendfile(2): copies up to `lengthBytes` from `position` of a file into a socket or pipe, without a detour through this process. The
 * bytes copied, 0 at the end of the file, or a negated errno.
 */
export function sendFile(to: number, from: number, position: number, lengthBytes: number): number {
  return native().sendFile(to, from, position, lengthBytes);
}

/**
 * splice(2): moves up to `lengthBytes` from a pipe or into one. The bytes moved, 0 at the end, or a negated errno; -EAGAIN when the
 * pipe is full or empty, or the other descriptor is not ready: which of them it was, it does not say.
 */
export function splice(from: number, to: number, lengthBytes: number): number {
  return native().splice(from, to, lengthBytes);
}
