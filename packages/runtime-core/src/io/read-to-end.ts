// Reading everything that comes.
import type { Context } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncRead } from "./async-read.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import { LimitExceededError, requireLimit } from "./errors.ts";
import { charge, Operation } from "./operation.ts";
import { decodeUtf8 } from "./utf8.ts";

const FIRST_BYTES = 1024;

/** The least room that a read is given, so that few bytes do not mean many reads. */
const LEAST_ROOM_BYTES = 32;

class ReadToEnd<T> extends Operation<T> {
  private readonly reader: AsyncRead;
  private readonly maxBytes: number;
  private readonly convert: (all: Uint8Array) => T;
  private readonly all: ByteBuffer = new ByteBuffer();

  constructor(reader: AsyncRead, maxBytes: number, convert: (all: Uint8Array) => T) {
    super();
    this.reader = reader;
    this.maxBytes = maxBytes;
    this.convert = convert;
  }

  override poll(cx: Context): Poll<T> {
    this.enter("readToEnd");
    const { reader, all, maxBytes } = this;
    for (;;) {
      if (cx.exhausted()) return this.wait();
      const { budget } = cx;
      // One byte beyond what is allowed tells too much from just enough.
      const allowed = maxBytes - all.byteLength + 1;
      const room = all.spare(all.byteLength === 0 ? FIRST_BYTES : LEAST_ROOM_BYTES);
      const n = reader.pollRead(cx, room.byteLength > allowed ? room.subarray(0, allowed) : room);
      if (n === Pending) return this.wait();
      charge(cx, budget);
      if (n === 0) return this.convert(all.bytes);
      all.commit(n);
      if (all.byteLength > maxBytes) throw new LimitExceededError("the input", maxBytes);
    }
  }

  protected override release(): void {
    this.reader.forgetReader?.();
  }
}

/**
 * Reads until the end and returns everything.
 *
 * Not cancel safe: dropped while it waits, what it has read is lost.
 *
 * @param maxBytes how much may come; `Infinity` where the source is trusted
 * @throws LimitExceededError as soon as more has come
 */
export function readToEnd(reader: AsyncRead, maxBytes: number): Future<Uint8Array> {
  requireLimit("maxBytes", maxBytes, 0);
  return new ReadToEnd(reader, maxBytes, (all) => all.slice());
}

/**
 * As {@link readToEnd}, for text in UTF-8.
 *
 * @throws InvalidUtf8Error
 */
export function readToString(reader: AsyncRead, maxBytes: number): Future<string> {
  requireLimit("maxBytes", maxBytes, 0);
  return new ReadToEnd(reader, maxBytes, decodeUtf8);
}
