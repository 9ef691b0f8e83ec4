// What the driver did so far, in numbers that no noise on the machine can change. Reading them costs nothing; keeping them costs an
// increment where a system call is made or an operation ends.
import { getSystemErrorName } from "node:util";

/** A feature that the kernel refused: the driver does without it, or does it in another way. */
export interface Fallback {
  /** How often it was done without. */
  count: number;
  /** The reason: the kernel's answer, such as "EINVAL" for what it does not know or "ENOMEM" for the limit of locked memory. */
  code: string;
}

/** What a driver has done so far. */
export interface Counters {
  /** Calls of io_uring_enter(2), failed ones included. */
  enters: number;
  /** Calls from JavaScript into native code that the driver made. */
  crossings: number;
  /** Entries written to the submission queue, cancels included. */
  submitted: number;
  /** Completions of operations, cancels included; an operation may have several. */
  completed: number;
  /** Cancels written to the submission queue. */
  cancels: number;
  /** How often the kernel had more completions than the queue holds. */
  overflows: number;
  /** Completions that belonged to no operation in flight: late ones, and ones too many. */
  stale: number;
  /** Operations that the kernel has now, the driver's own wait for `unpark` included. */
  inFlight: number;
  /** How often an operation with several completions ended before it was done, and was begun again. */
  rearms: number;
  /** How often a receive ended because all buffers of its group were in use. It goes on when one comes back. */
  starvation: number;
  /** How often a stream was stopped because its user was slower than its peer. */
  pauses: number;
  /** Wakes that came from other rings. */
  messages: number;
  /** Reads that the page cache answered, without an operation of the ring. */
  cachedReads: number;
  /** Reads that were tried there, and done by the ring. */
  cacheMisses: number;
  /** What was refused, by its name, such as "recv multishot". */
  readonly fallbacks: Record<string, Fallback>;
  /** Every system call that the driver made, by name. */
  readonly systemCalls: {
    io_uring_setup: number;
    io_uring_enter: number;
    io_uring_register: number;
    close: number;
    shutdown: number;
    /** Opening, binding, connecting and configuring sockets. */
    socket: number;
    socketpair: number;
    bind: number;
    connect: number;
    listen: number;
    getsockname: number;
    getpeername: number;
    getsockopt: number;
    setsockopt: number;
    /** Reads of files that the page cache was asked for. */
    preadv2: number;
    /** Of the descriptor that wakes a parked driver. */
    read: number;
    /** Of the descriptors that wake other threads. */
    write: number;
    // Calls on files that the thread makes in place, by the names that `fallbacks` has for them. Each counts as one, although some
    // (realpath, copies, listing a folder) are several to the kernel.
    access: number;
    chmod: number;
    chown: number;
    copy_file_range: number;
    ftruncate: number;
    getdents64: number;
    lchown: number;
    linkat: number;
    lutimes: number;
    mkdirat: number;
    readlink: number;
    realpath: number;
    statfs: number;
    symlinkat: number;
    utimes: number;
  };
}

/** One use had to do without a feature. @param error why: -errno */
export function countFallback({ fallbacks }: Counters, name: string, error: number): void {
  const known = (fallbacks[name] ??= { count: 0, code: "" });
  known.count++;
  known.code = getSystemErrorName(error);
}

export function newCounters(): Counters {
  return {
    enters: 0,
    crossings: 0,
    submitted: 0,
    completed: 0,
    cancels: 0,
    overflows: 0,
    stale: 0,
    inFlight: 0,
    rearms: 0,
    starvation: 0,
    pauses: 0,
    messages: 0,
    cachedReads: 0,
    cacheMisses: 0,
    fallbacks: {},
    systemCalls: {
      io_uring_setup: 0,
      io_uring_enter: 0,
      io_uring_register: 0,
      close: 0,
      shutdown: 0,
      socket: 0,
      socketpair: 0,
      bind: 0,
      connect: 0,
      listen: 0,
      getsockname: 0,
      getpeername: 0,
      getsockopt: 0,
      setsockopt: 0,
      preadv2: 0,
      read: 0,
      write: 0,
      access: 0,
      chmod: 0,
      chown: 0,
      copy_file_range: 0,
      ftruncate: 0,
      getdents64: 0,
      lchown: 0,
      linkat: 0,
      lutimes: 0,
      mkdirat: 0,
      readlink: 0,
      realpath: 0,
      statfs: 0,
      symlinkat: 0,
      utimes: 0,
    },
  };
}
