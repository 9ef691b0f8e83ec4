// Checks of the ranges that are sent, before anything is lent.
import type { RingBuffer } from "../operation.ts";

/** @throws RangeError when the range is not within the buffer */
export function requireRange({ capacityBytes }: RingBuffer, start: number, end: number): void {
  if (start >= 0 && start <= end && end <= capacityBytes) return;
  throw new RangeError(`expected a range within the ${capacityBytes} bytes of the buffer, got ${start} to ${end}`);
}
