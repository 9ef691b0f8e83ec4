// Failed system calls as errors of the shape that Node.js gives its own.
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

const { errno: numbers } = constants;

/** The numbers that drivers compare with, positive as in errno(3). A native function returns them negated. */
export const ERRNO: {
  readonly EAGAIN: number;
  readonly EBADF: number;
  readonly EBUSY: number;
  readonly ECANCELED: number;
  readonly ECONNABORTED: number;
  readonly EINPROGRESS: number;
  readonly EINTR: number;
  readonly EINVAL: number;
  readonly ENOENT: number;
  readonly ENOMEM: number;
  readonly EPERM: number;
  readonly ENODATA: number;
  readonly EPIPE: number;
  readonly ENOBUFS: number;
  readonly EEXIST: number;
  readonly ENOTCONN: number;
} = {
  EAGAIN: numbers.EAGAIN,
  EBADF: numbers.EBADF,
  EBUSY: numbers.EBUSY,
  ECANCELED: numbers.ECANCELED,
  ECONNABORTED: numbers.ECONNABORTED,
  EINPROGRESS: numbers.EINPROGRESS,
  EINTR: numbers.EINTR,
  EINVAL: numbers.EINVAL,
  ENOENT: numbers.ENOENT,
  ENOMEM: numbers.ENOMEM,
  EPERM: numbers.EPERM,
  ENODATA: numbers.ENODATA,
  EPIPE: numbers.EPIPE,
  ENOBUFS: numbers.ENOBUFS,
  EEXIST: numbers.EEXIST,
  ENOTCONN: numbers.ENOTCONN,
};

/** What a system call was about. */
export interface SystemErrorSubject {
  readonly address?: string;
  readonly port?: number;
  readonly path?: string;
  /** The second path, of what has two. */
  readonly dest?: string;
}

/** A system call failed. `code`, `errno`, `syscall` and the rest are what Node.js has on its own errors. */
export class SystemError extends Error {
  override readonly name = "SystemError";
  /** The symbolic name, such as "ECONNRESET". */
  readonly code: string;
  /** The number, negative as in Node.js. */
  readonly errno: number;
  /** The operation that failed, such as "read". */
  readonly syscall: string;
  declare readonly address?: string;
  declare readonly port?: number;
  declare readonly path?: string;
  declare readonly dest?: string;

  constructor(code: string, errno: number, syscall: string, message: string, subject: SystemErrorSubject) {
    super(message);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    Object.assign(this, subject);
  }
}

/** Node.js makes a new map at each call. */
let systemErrors: Map<number, [string, string]> | undefined;

/**
 * The error for a failed system call.
 *
 * @param errno positive as in errno(3), or negated as native functions return it
 * @param subject what the call was about; its address, port or paths go into the message
 */
export function systemError(errno: number, syscall: string, subject: SystemErrorSubject = {}): SystemError {
  const number = -Math.abs(errno);
  const [code, description] = (systemErrors ??= getSystemErrorMap()).get(number) ?? [nameOf(-number), "see errno(3)"];
  const { address, port, path, dest } = subject;
  // Node.js words the errors of sockets and of files differently.
  const message =
    path === undefined
      ? [syscall, code, ...endpoint(address, port)].join(" ")
      : `${code}: ${description}, ${syscall} '${path}'${dest === undefined ? "" : ` -> '${dest}'`}`;
  return new SystemError(code, number, syscall, message, subject);
}

function endpoint(address: string | undefined, port: number | undefined): string[] {
  if (address === undefined) return [];
  return [port === undefined ? address : `${address}:${port}`];
}

/** For the numbers that libuv has no name for. */
function nameOf(number: number): string {
  return Object.entries(numbers).find(([, value]) => value === number)?.[0] ?? `E${number}`;
}
