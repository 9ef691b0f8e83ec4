// The error for a machine on which no ring can be had, with what its administrator or user can do about it.
import { constants } from "node:os";
import { getSystemErrorName } from "node:util";

const { errno: ERRNO } = constants;

const REMEDIES: ReadonlyMap<number, string> = new Map([
  [
    ERRNO.EPERM,
    "it is switched off or forbidden here: see `sysctl kernel.io_uring_disabled` (0 allows it, 1 allows it to the group in " +
      "kernel.io_uring_group), and in a container the seccomp profile, which has to allow io_uring_setup, io_uring_enter and io_uring_register",
  ],
  [
    ERRNO.EACCES,
    "a security module or seccomp profile forbids it: allow io_uring_setup, io_uring_enter and io_uring_register to this process",
  ],
  [
    ERRNO.ENOSYS,
    "the kernel has no io_uring (it came with Linux 5.1 and can be configured out), or a seccomp profile hides it: use Linux 5.11 or newer, " +
      "or allow the system call",
  ],
  [
    ERRNO.ENOMEM,
    "the rings do not fit into the memory that this process may lock: raise `ulimit -l` (LimitMEMLOCK in systemd, --ulimit memlock in Docker), " +
      "or ask for fewer entries",
  ],
  [ERRNO.ENOTSUP, "the kernel's io_uring is too old for bounded waits: use Linux 5.11 or newer"],
  [
    ERRNO.EINVAL,
    "the kernel refused the sizes: give numbers of entries that are powers of two, with at least as many completions as submissions",
  ],
  [ERRNO.EMFILE, "this process has no file descriptor left: raise `ulimit -n`"],
  [ERRNO.ENFILE, "the system has no file descriptor left: raise `sysctl fs.file-max`"],
]);

/** io_uring cannot be used here; the message says why and what to change. Shaped like Node's system errors. */
export class IoUringUnavailableError extends Error {
  override readonly name = "IoUringUnavailableError";
  /** Such as "EPERM". */
  readonly code: string;
  /** Negative, as in Node's errors. */
  readonly errno: number;
  readonly syscall = "io_uring_setup";

  constructor(errno: number) {
    const code = getSystemErrorName(errno);
    const remedy = REMEDIES.get(-errno) ?? "see io_uring_setup(2)";
    super(`io_uring is not available (${code}): ${remedy}`);
    this.code = code;
    this.errno = errno;
  }
}
