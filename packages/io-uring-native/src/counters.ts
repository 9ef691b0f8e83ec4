// What the driver did so far, in numbers that no noise on the machine can change. Reading them costs nothing; keeping them costs an
// increment where a system call is made or an operation ends.

/** What a driver has done so far. */
export interface Counters {
  /** Calls of io_uring_enter(2), failed ones included. */
  enters: number;
  /** Entries written to the submission queue, cancels included. */
  submitted: number;
  /** Completions that ended an operation, cancels included. */
  completed: number;
  /** Cancels written to the submission queue. */
  cancels: number;
  /** How often the kernel had more completions than the queue holds. */
  overflows: number;
  /** Completions that belonged to no operation in flight: late ones, and ones too many. */
  stale: number;
  /** Operations that the kernel has now, the driver's own wait for `unpark` included. */
  inFlight: number;
  /** Every system call that the driver made, by name. */
  readonly systemCalls: {
    io_uring_enter: number;
    close: number;
    shutdown: number;
    /** Opening, binding, connecting and configuring sockets. */
    socket: number;
    bind: number;
    listen: number;
    getsockname: number;
    setsockopt: number;
    /** Of the descriptor that wakes a parked driver. */
    read: number;
  };
}

export function newCounters(): Counters {
  return {
    enters: 0,
    submitted: 0,
    completed: 0,
    cancels: 0,
    overflows: 0,
    stale: 0,
    inFlight: 0,
    systemCalls: {
      io_uring_enter: 0,
      close: 0,
      shutdown: 0,
      socket: 0,
      bind: 0,
      listen: 0,
      getsockname: 0,
      setsockopt: 0,
      read: 0,
    },
  };
}
