// Readiness as a registration remembers it.
import { isError, isPriority, isReadable, isReadClosed, isWritable, isWriteClosed } from "../poll/interest.ts";

/** Reading may succeed. Cleared when it would have waited. */
export const READABLE = 1;
/** Writing may succeed. Cleared when it would have waited. */
export const WRITABLE = 2;
/** There is an end to read: no later event would announce it, so a short read must not clear it. */
export const READ_CLOSED = 4;
/** Writing fails: as above. */
export const WRITE_CLOSED = 8;
/** There is something exceptional. */
export const PRIORITY = 16;
/** An error is pending, which the next call reports. */
export const ERROR = 32;
/** Not in epoll, because it is always ready, like a regular file: nothing clears it. */
export const ALWAYS = 64;

/** What makes a read worth a try. */
export const FOR_READING: number = READABLE | READ_CLOSED | ALWAYS;
/** What makes a write worth a try. */
export const FOR_WRITING: number = WRITABLE | WRITE_CLOSED | ALWAYS;

/** What an event's flags say, as the bits above. An error is readiness for both: the next call reports it. */
export function readinessOf(flags: number): number {
  let ready = 0;
  if (isReadable(flags)) ready |= READABLE;
  if (isWritable(flags)) ready |= WRITABLE;
  if (isReadClosed(flags)) ready |= READABLE | READ_CLOSED;
  if (isWriteClosed(flags)) ready |= WRITABLE | WRITE_CLOSED;
  if (isPriority(flags)) ready |= PRIORITY;
  if (isError(flags)) ready |= READABLE | WRITABLE | ERROR;
  return ready;
}
