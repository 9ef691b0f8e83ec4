// Frames with their length in front.
import type { ByteBuffer } from "../byte-buffer.ts";
import { type Decoder, type Encoder, Incomplete } from "./codec.ts";

/** A frame is longer than allowed: one that a peer announced, or one that was to be sent. */
export class FrameTooLongError extends Error {
  override readonly name = "FrameTooLongError";
  readonly frameBytes: number;
  readonly maxFrameBytes: number;
  constructor(frameBytes: number, maxFrameBytes: number) {
    super(`a frame of ${frameBytes} bytes is longer than the ${maxFrameBytes} bytes that are allowed`);
    this.frameBytes = frameBytes;
    this.maxFrameBytes = maxFrameBytes;
  }
}

/** A frame is shorter than its format allows: one that a peer announced, or one that was to be sent. */
export class FrameTooShortError extends Error {
  override readonly name = "FrameTooShortError";
  readonly frameBytes: number;
  readonly minFrameBytes: number;
  constructor(frameBytes: number, minFrameBytes: number) {
    super(`a frame of ${frameBytes} bytes is shorter than the ${minFrameBytes} bytes that its format takes`);
    this.frameBytes = frameBytes;
    this.minFrameBytes = minFrameBytes;
  }
}

/**
 * What frames look like.
 *
 *     | lengthFieldOffset | length field | ...          a frame as it comes
 *     |<------ numSkip ------>|<---- length + lengthAdjustment ---->|
 *                             |                item                 |
 *
 * What precedes the length field, and what is skipped otherwise, is for decoding alone: encoding writes the length field and the item.
 */
export interface LengthDelimitedOptions {
  /** The width of the length field, 1 to 8 bytes: 4 unless given. */
  readonly lengthFieldBytes?: number;
  /** The order of its bytes: `"big"`, the network's, unless given. */
  readonly byteOrder?: "big" | "little";
  /** How many bytes stand before the length field: 0 unless given. */
  readonly lengthFieldOffset?: number;
  /**
   * How many bytes the item has more than the length field says: negative where the field counts headers too. 0 unless given.
   * Encoding takes it off again.
   */
  readonly lengthAdjustment?: number;
  /** How many bytes are left out before the item: everything up to the end of the length field unless given. */
  readonly numSkip?: number;
  /** The longest item in either direction, in bytes: 8 MiB unless given, or what the field can say. */
  readonly maxFrameBytes?: number;
}

const DEFAULT_MAX_FRAME_BYTES = 8 * 1024 * 1024;

/**
 * Each item is preceded by the number of its bytes. A length beyond the maximum throws a `FrameTooLongError` before any memory is set
 * aside for it, and one that does not even cover the header a `FrameTooShortError`; where the next frame begins is then unknown, so
 * every later wait throws it too.
 */
export class LengthDelimitedCodec implements Decoder<Uint8Array>, Encoder<Uint8Array> {
  private readonly lengthFieldBytes: number;
  private readonly littleEndian: boolean;
  private readonly lengthFieldOffset: number;
  private readonly lengthAdjustment: number;
  private readonly numSkip: number;
  private readonly maxFrameBytes: number;

  /** @throws RangeError when a number is out of range */
  constructor({
    lengthFieldBytes = 4,
    byteOrder = "big",
    lengthFieldOffset = 0,
    lengthAdjustment = 0,
    numSkip = lengthFieldOffset + lengthFieldBytes,
    maxFrameBytes = DEFAULT_MAX_FRAME_BYTES,
  }: LengthDelimitedOptions = {}) {
    if (!(Number.isInteger(lengthFieldBytes) && lengthFieldBytes >= 1 && lengthFieldBytes <= 8)) {
      throw new RangeError(`lengthFieldBytes: expected a whole number from 1 to 8, got ${lengthFieldBytes}`);
    }
    if (!Number.isSafeInteger(lengthAdjustment)) {
      throw new RangeError(`lengthAdjustment: expected a whole number, got ${lengthAdjustment}`);
    }
    this.lengthFieldBytes = lengthFieldBytes;
    this.littleEndian = byteOrder === "little";
    this.lengthFieldOffset = count("lengthFieldOffset", lengthFieldOffset);
    this.lengthAdjustment = lengthAdjustment;
    this.numSkip = count("numSkip", numSkip);
    this.maxFrameBytes = Math.min(
      count("maxFrameBytes", maxFrameBytes),
      256 ** lengthFieldBytes - 1 + lengthAdjustment,
    );
  }

  decode(source: ByteBuffer): Uint8Array | Incomplete {
    const { numSkip } = this;
    const headerBytes = this.lengthFieldOffset + this.lengthFieldBytes;
    if (source.byteLength < headerBytes) return Incomplete;
    const frameBytes = this.readLength(source) + this.lengthAdjustment;
    // Otherwise the same length field would be read again, for ever.
    this.check(frameBytes, headerBytes - numSkip);
    if (source.byteLength < numSkip + frameBytes) {
      // One piece of memory for the whole frame, instead of doubling on the way there.
      source.spare(numSkip + frameBytes - source.byteLength);
      return Incomplete;
    }
    source.consume(numSkip);
    return source.take(frameBytes);
  }

  /** @throws FrameTooLongError @throws FrameTooShortError for an item that is shorter than the length adjustment */
  encode(item: Uint8Array, target: ByteBuffer): void {
    const { lengthAdjustment, lengthFieldBytes } = this;
    const frameBytes = item.byteLength;
    this.check(frameBytes, lengthAdjustment);
    this.writeLength(target.spare(lengthFieldBytes + frameBytes), frameBytes - lengthAdjustment);
    target.commit(lengthFieldBytes);
    target.append(item);
  }

  private check(frameBytes: number, leastBytes: number): void {
    const minFrameBytes = Math.max(0, leastBytes);
    if (frameBytes < minFrameBytes) throw new FrameTooShortError(frameBytes, minFrameBytes);
    if (frameBytes > this.maxFrameBytes) throw new FrameTooLongError(frameBytes, this.maxFrameBytes);
  }

  /** In floating point, which is exact for every length that is allowed and larger than those for every other. */
  private readLength(source: ByteBuffer): number {
    const { lengthFieldBytes, lengthFieldOffset, littleEndian } = this;
    let length = 0;
    for (let i = 0; i < lengthFieldBytes; i++) {
      length = length * 256 + source.byteAt(lengthFieldOffset + (littleEndian ? lengthFieldBytes - 1 - i : i));
    }
    return length;
  }

  private writeLength(room: Uint8Array, length: number): void {
    const { lengthFieldBytes, littleEndian } = this;
    let left = length;
    for (let i = 0; i < lengthFieldBytes; i++) {
      room[littleEndian ? i : lengthFieldBytes - 1 - i] = left % 256;
      left = Math.floor(left / 256);
    }
  }
}

function count(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`${name}: expected a whole number of at least 0, got ${value}`);
}
