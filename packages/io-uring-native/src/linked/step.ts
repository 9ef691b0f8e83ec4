// One operation of a chain: how it is asked for, and what its result means. What operations are about makes them (`stream.steps`,
// `file.steps`, `requests.delayStep`), and `link` puts them together. Each is used once.
import { systemError } from "@pollab/io-sys";
import type { Operation } from "../operation.ts";
import type { Operations } from "../operations.ts";

/** One operation of a chain, with a `T` as its result. */
export interface Step<T> {
  /** It must end within this time, or it fails with ECANCELED, and what is linked to it with it. Infinity unless given. */
  readonly limitMs: number;
  /** The operation, not enqueued yet, its buffers lent. @throws for buffers that are lent and closed descriptors @internal */
  prepare(operations: Operations): Operation;
  /** What its result means; called once, after the operation was taken. @throws SystemError @internal */
  finish(result: number): T;
}

/** The same step with a limit. @throws RangeError when that is no time */
export function within<T>(step: Step<T>, limitMs: number): Step<T> {
  if (!(limitMs >= 0)) throw new RangeError(`expected a time in milliseconds from 0 on, got ${limitMs}`);
  return {
    limitMs,
    prepare: (operations) => step.prepare(operations),
    finish: (result) => step.finish(result),
  };
}

/** A result that is not an error. @throws SystemError */
export function succeeded(result: number, syscall: string): number {
  if (result >= 0) return result;
  throw systemError(result, syscall);
}
