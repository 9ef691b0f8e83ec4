// Where an executor and an I/O package meet: how a thread that has nothing to run waits for events.

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

  /** Cancels every operation in flight, waits for each to end and releases the driver's resources. Idempotent. */
  close(): void;
}
