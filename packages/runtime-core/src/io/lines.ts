// Text, line by line.
import type { Context } from "../future/context.ts";
import { PolledAfterCompletionError } from "../future/errors.ts";
import { Pending, type Poll } from "../future/poll.ts";
import { End } from "../stream/source.ts";
import { Stream } from "../stream/stream.ts";
import type { AsyncBufRead } from "./async-read.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import { LimitExceededError, requireLimit } from "./errors.ts";
import { pollUntil } from "./read-until.ts";
import { decodeUtf8 } from "./utf8.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const READING = 0;
const ENDED = 1;
const DROPPED = 2;

class Lines extends Stream<string> {
  private readonly reader: AsyncBufRead;
  private readonly maxBytes: number;
  private readonly line: ByteBuffer = new ByteBuffer();
  private state: typeof READING | typeof ENDED | typeof DROPPED = READING;

  constructor(reader: AsyncBufRead, maxBytes: number) {
    super();
    this.reader = reader;
    this.maxBytes = maxBytes;
  }

  override pollNext(cx: Context): Poll<string | End> {
    if (this.state === DROPPED) throw new PolledAfterCompletionError("stream of lines");
    if (this.state === ENDED) return End;
    const { line } = this;
    const ending = pollUntil(cx, this.reader, LINE_FEED, this.maxBytes, line);
    if (ending === Pending) return Pending;
    if (ending === "limit") {
      this.state = ENDED;
      line.clear();
      throw new LimitExceededError("a line", this.maxBytes);
    }
    if (ending === "end") {
      this.state = ENDED;
      return line.byteLength === 0 ? End : decodeUtf8(line.bytes);
    }
    const bytes = line.bytes;
    line.clear();
    return decodeUtf8(withoutLineEnd(bytes));
  }

  override drop(): void {
    if (this.state === READING) this.reader.forgetReader?.();
    if (this.state !== ENDED) this.state = DROPPED;
    this.line.clear();
  }
}

/** Without the line feed that `line` ends in, and without a carriage return before that. */
function withoutLineEnd(line: Uint8Array): Uint8Array {
  const end = line.byteLength - 1;
  return line.subarray(0, end > 0 && line[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
}

/**
 * The lines of a text in UTF-8, without their ends ("\n" or "\r\n"). What follows the last line end is a line too, unless it is
 * empty.
 *
 * Waiting for a line is cancel safe: what has come of it stays in the stream. A line that is too long ends the stream with a
 * `LimitExceededError`; one that is not UTF-8 throws an `InvalidUtf8Error`, and the next one follows.
 *
 * @param maxLineBytes how long a line may be; `Infinity` where the source is trusted
 */
export function lines(reader: AsyncBufRead, maxLineBytes: number): Stream<string> {
  requireLimit("maxLineBytes", maxLineBytes, 0);
  return new Lines(reader, maxLineBytes);
}
