// Which bytes of a buffer an operation is about.
import type { IoBuffer } from "@pollab/io-sys";

/** @throws RangeError unless `start` to `end` is a range of the buffer */
export function requireRange(buf: IoBuffer, start: number, end: number): void {
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= buf.capacityBytes)
    return;
  throw new RangeError(
    `expected whole numbers with 0 <= start <= end <= ${buf.capacityBytes}, the size of the buffer; ` +
      `got start ${start}, end ${end}`,
  );
}
