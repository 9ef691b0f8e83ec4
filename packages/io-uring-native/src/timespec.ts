// A time as the kernel reads it from memory: struct __kernel_timespec.
import type { Operation, RingBuffer } from "./operation.ts";

const MS_PER_S = 1000;
const NS_PER_MS = 1_000_000;

/** The longest time, in milliseconds: what a second count in 32 bits holds. */
const MAX_MS: number = 0x7fff_ffff * MS_PER_S;

/** Writes a time into a buffer of the driver's. */
function writeTimespec(buffer: RingBuffer, durationMs: number): void {
  const { buffer: memory, byteOffset } = buffer.bytes;
  const view = new DataView(memory, byteOffset, 16);
  const boundedMs = Math.min(durationMs, MAX_MS);
  const seconds = Math.floor(boundedMs / MS_PER_S);
  view.setUint32(0, seconds, true);
  view.setUint32(4, 0, true);
  view.setUint32(8, Math.ceil((boundedMs - seconds * MS_PER_S) * NS_PER_MS), true);
  view.setUint32(12, 0, true);
}

/** Lends a time to an operation of the timeout family. `buffer` is the operation's from now on, and freed by whoever takes it. */
export function lendTimespec(operation: Operation, buffer: RingBuffer, durationMs: number): void {
  writeTimespec(buffer, durationMs);
  buffer.lend();
  operation.buffer = buffer;
  operation.pointAt(buffer, 0);
  operation.length = 1;
}
