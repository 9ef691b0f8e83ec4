// Where an executor and an I/O package meet: how a thread that has nothing to run waits for events.

/**
 * What a thread needs to end another thread's park without having its driver; it can be posted to a worker. With an eventfd,
 * 8 bytes that hold the number 1 are written to it, see eventfd(2); otherwise the first word is set to 1 and its waiters are
 * notified, see `Atomics.notify`.
 */
export type UnparkHandle = { readonly eventFd: number } | { readonly word: Int32Array<SharedArrayBuffer> };

/** How the host's event loop waits on behalf of a driver. It ends when the driver is closed. */
export interface DriverWatch {
  /** Lets the thread live on for what the driver waits for. It does not at first. */
  ref(): void;
  /** Lets the thread end although the driver waits. */
  unref(): void;
}

/**
 * Turns what happens outside (completions, readiness, expired timeouts) into calls of wakers. An executor owns one driver and
 * calls everything but `unpark` from its own thread. Events call wakers from within `park` and `poll`; closing a socket or the driver
 * itself calls those of the operations that this ends.
 */
export interface Driver {
  /**
   * Submits what is outstanding, waits until there is an event, an `unpark` or `timeoutMs` has passed, and dispatches what
   * arrived. May return early and without an event.
   *
   * @param timeoutMs milliseconds, fractions included, rounded up where the kernel counts in whole ones; `Infinity` waits.
   */
  park(timeoutMs: number): void;

  /** The same without waiting. Costs no system call when there is nothing to submit or to collect. */
  poll(): void;

  /** Makes the current or the next `park` return at once. Works from any thread. */
  unpark(): void;

  /** With it other threads `unpark` this driver, until it is closed. A driver that lacks it cannot serve a blocking pool. */
  readonly unparkHandle?: UnparkHandle;

  /**
   * For a runtime that is nested in the host's event loop, once and instead of `park`: from now on the loop calls `onEvents` in each
   * of its turns in which `poll` has something to collect. The runtime calls `poll` before each return to the loop, which thereby
   * gets to wait for what tasks have asked for. A driver that lacks it can only own its thread.
   */
  watch?(onEvents: () => void): DriverWatch;

  /** Cancels every operation in flight, waits for each to end and releases the driver's resources. Idempotent. */
  close(): void;
}
