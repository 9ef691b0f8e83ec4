// What goes wrong with bytes in order, as opposed to what a system call reports.

/** The input ended before everything that was asked for had come. */
export class UnexpectedEndError extends Error {
  override readonly name = "UnexpectedEndError";
  constructor(what: string) {
    super(`the input ended early: ${what}`);
  }
}

/** A destination took none of the bytes that it was given. */
export class WriteZeroError extends Error {
  override readonly name = "WriteZeroError";
  constructor() {
    super("the destination took 0 bytes of a write that was not empty; it cannot take the rest");
  }
}

/** The input is longer than the caller allows. */
export class LimitExceededError extends Error {
  override readonly name = "LimitExceededError";
  readonly maxBytes: number;
  constructor(what: string, maxBytes: number) {
    super(`${what} is longer than the ${maxBytes} bytes that are allowed`);
    this.maxBytes = maxBytes;
  }
}

/** Bytes that were to be text are not UTF-8. */
export class InvalidUtf8Error extends Error {
  override readonly name = "InvalidUtf8Error";
  /** Where the first sequence that is not UTF-8 begins. */
  readonly offsetBytes: number;
  constructor(offsetBytes: number) {
    super(`expected UTF-8, but the bytes from offset ${offsetBytes} are not`);
    this.offsetBytes = offsetBytes;
  }
}

/** Nobody can read any more what was to be written. */
export class BrokenPipeError extends Error {
  override readonly name = "BrokenPipeError";
  /** As the error of a system call has it. */
  readonly code = "EPIPE";
  constructor(why: string) {
    super(`cannot write: ${why}`);
  }
}

/** @throws RangeError unless `value` is a whole number of bytes of at least `least`; `Infinity` stands for no limit */
export function requireLimit(name: string, value: number, least: number): void {
  if (value === Infinity || (Number.isSafeInteger(value) && value >= least)) return;
  throw new RangeError(`${name}: expected a whole number of bytes of at least ${least}, or Infinity, got ${value}`);
}

/** @throws RangeError unless `value` is a whole number of bytes of at least 1 */
export function requireSize(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(`${name}: expected a whole number of bytes of at least 1, got ${value}`);
}
