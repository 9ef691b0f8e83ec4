// Lines of text as items.
import type { ByteBuffer } from "../byte-buffer.ts";
import { LimitExceededError, requireLimit } from "../errors.ts";
import { decodeUtf8, encodeUtf8Into } from "../utf8.ts";
import { type Decoder, type Encoder, Incomplete } from "./codec.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** How a {@link LinesCodec} reads. */
export interface LinesCodecOptions {
  /** How long a line may be, without its line feed; without limit unless given: then a peer decides how much memory is used. */
  readonly maxLineBytes?: number;
}

/**
 * Text in UTF-8, one line an item: read up to "\n" or "\r\n", written with "\n". What follows the last line end is a line too.
 *
 * A line that is too long throws a `LimitExceededError` as soon as that is known; the rest of it is discarded and the next line
 * follows. So it does after an `InvalidUtf8Error`.
 */
export class LinesCodec implements Decoder<string>, Encoder<string> {
  private readonly maxLineBytes: number;
  /** How many of the first bytes are known to have no line feed. */
  private searched = 0;
  /** In the rest of a line that was too long. */
  private discarding = false;

  /** @throws RangeError when the limit is no whole number */
  constructor({ maxLineBytes = Infinity }: LinesCodecOptions = {}) {
    requireLimit("maxLineBytes", maxLineBytes, 0);
    this.maxLineBytes = maxLineBytes;
  }

  decode(source: ByteBuffer): string | Incomplete {
    if (this.discarding && !this.discard(source)) return Incomplete;
    const { bytes } = source;
    const end = bytes.indexOf(LINE_FEED, this.searched);
    const length = end < 0 ? bytes.byteLength : end;
    if (length > this.maxLineBytes) {
      this.searched = 0;
      this.discarding = true;
      source.consume(length);
      throw new LimitExceededError("a line", this.maxLineBytes);
    }
    if (end < 0) {
      this.searched = length;
      return Incomplete;
    }
    this.searched = 0;
    // The bytes stay where they are until something is appended.
    source.consume(end + 1);
    return decodeUtf8(withoutCarriageReturn(bytes.subarray(0, end)));
  }

  decodeEnd(source: ByteBuffer): string | Incomplete {
    const line = this.decode(source);
    if (line !== Incomplete) return line;
    const { bytes } = source;
    this.searched = 0;
    source.clear();
    const rest = withoutCarriageReturn(bytes);
    return rest.byteLength === 0 ? Incomplete : decodeUtf8(rest);
  }

  encode(item: string, target: ByteBuffer): void {
    const room = target.spare(item.length * 3 + 1);
    const n = encodeUtf8Into(item, room);
    room[n] = LINE_FEED;
    target.commit(n + 1);
  }

  /** Whether the end of the line that was too long has come; what is before it is gone. */
  private discard(source: ByteBuffer): boolean {
    const end = source.bytes.indexOf(LINE_FEED);
    source.consume(end < 0 ? source.byteLength : end + 1);
    this.discarding = end < 0;
    return end >= 0;
  }
}

function withoutCarriageReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
