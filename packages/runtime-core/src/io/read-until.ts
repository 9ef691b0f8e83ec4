// Reading up to a delimiter, from a buffer.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead } from "./async-read.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import { LimitExceededError, requireLimit } from "./errors.ts";
import { charge, Operation } from "./operation.ts";

/** Where a piece of input ended. */
export type Ending = "delimiter" | "end" | "limit";

/**
 * Moves bytes from `reader` to `target` until the delimiter has been moved or the input ends. When `target` would become longer than
 * `maxBytes` without the delimiter, nothing more is moved.
 */
export function pollUntil(
  cx: Context,
  reader: AsyncBufRead,
  delimiter: number,
  maxBytes: number,
  target: ByteBuffer,
): Poll<Ending> {
  for (;;) {
    if (cx.exhausted()) return Pending;
    const { budget } = cx;
    const bytes = reader.pollFillBuf(cx);
    if (bytes === Pending) return Pending;
    charge(cx, budget);
    if (bytes.byteLength === 0) return "end";
    const found = bytes.indexOf(delimiter);
    const content = found < 0 ? bytes.byteLength : found;
    if (target.byteLength + content > maxBytes) return "limit";
    const n = found < 0 ? content : content + 1;
    target.append(n === bytes.byteLength ? bytes : bytes.subarray(0, n));
    reader.consume(n);
    if (found >= 0) return "delimiter";
  }
}

/** The delimiter as a byte. @throws RangeError */
export function requireByte(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 255) return;
  throw new RangeError(`${name}: expected a byte, a whole number from 0 to 255, got ${value}`);
}

class ReadUntil extends Operation<Uint8Array> {
  private readonly reader: AsyncBufRead;
  private readonly delimiter: number;
  private readonly maxBytes: number;
  private readonly piece: ByteBuffer = new ByteBuffer();

  constructor(reader: AsyncBufRead, delimiter: number, maxBytes: number) {
    super();
    this.reader = reader;
    this.delimiter = delimiter;
    this.maxBytes = maxBytes;
  }

  override poll(cx: Context): Poll<Uint8Array> {
    this.enter("readUntil");
    const ending = pollUntil(cx, this.reader, this.delimiter, this.maxBytes, this.piece);
    if (ending === Pending) return this.wait();
    if (ending === "limit") throw new LimitExceededError("the input up to the delimiter", this.maxBytes);
    return this.piece.bytes;
  }

  protected override release(): void {
    this.reader.forgetReader?.();
  }
}

/**
 * Reads up to and including the next byte that is `delimiter`, or to the end of the input: then the result has no delimiter at
 * its end, and is empty when there was nothing left.
 *
 * Not cancel safe: dropped while it waits, what it has read is lost.
 *
 * @param maxBytes how many bytes may come before the delimiter; `Infinity` where the source is trusted
 * @throws LimitExceededError when more come
 */
export function readUntil(reader: AsyncBufRead, delimiter: number, maxBytes: number): Future<Uint8Array> {
  requireByte("delimiter", delimiter);
  requireLimit("maxBytes", maxBytes, 0);
  return new ReadUntil(reader, delimiter, maxBytes);
}
