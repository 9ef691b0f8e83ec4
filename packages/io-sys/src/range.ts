// Which bytes of which buffers an operation is about.

/** @throws RangeError unless `start` to `end` is a range of the buffer */
export function requireRange({ capacityBytes }: { readonly capacityBytes: number }, start: number, end: number): void {
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= capacityBytes) return;
  throw new RangeError(
    `expected whole numbers with 0 <= start <= end <= ${capacityBytes}, the size of the buffer; ` +
      `got start ${start}, end ${end}`,
  );
}

/** @throws RangeError when one is there twice: what is read would overwrite itself */
export function requireDistinct(bufs: readonly object[]): void {
  if (new Set(bufs).size === bufs.length) return;
  throw new RangeError("expected different buffers to read into, but one is there twice");
}

/** What a stream is read into. @throws RangeError when there is nothing, which would look like the end, or one twice */
export function requireTargets(bufs: readonly object[]): void {
  if (bufs.length === 0) throw new RangeError("expected at least one buffer to read into");
  requireDistinct(bufs);
}
