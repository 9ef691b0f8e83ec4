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

/** What frames look like. */
export interface LengthDelimitedOptions {
  /** The width of the length field, 1 to 8 bytes: 4 unless given. */
  readonly lengthFieldBytes?: number;
  /** The order of its bytes: `"big"`, the network's, unless given. */
  readonly byteOrder?: "big" | "little";
  /** The longest frame, without its length field, in either direction: 8 MiB unless given, or what the field can say. */
  readonly maxFrameBytes?: number;
}

const DEFAULT_MAX_FRAME_BYTES = 8 * 1024 * 1024;

/**
 * Each item is preceded by the number of its bytes. A length beyond the maximum throws a `FrameTooLongError` before any memory is set
 * aside for it; where the next frame begins is then unknown, so every later wait throws it too.
 */
export class LengthDelimitedCodec implements Decoder<Uint8Array>, Encoder<Uint8Array> {
  private readonly lengthFieldBytes: number;
  private readonly littleEndian: boolean;
  private readonly maxFrameBytes: number;

  /** @throws RangeError when the width or the maximum is out of range */
  constructor({
    lengthFieldBytes = 4,
    byteOrder = "big",
    maxFrameBytes = DEFAULT_MAX_FRAME_BYTES,
  }: LengthDelimitedOptions = {}) {
    if (!(Number.isInteger(lengthFieldBytes) && lengthFieldBytes >= 1 && lengthFieldBytes <= 8)) {
      throw new RangeError(`lengthFieldBytes: expected a whole number from 1 to 8, got ${lengthFieldBytes}`);
    }
    if (!(Number.isSafeInteger(maxFrameBytes) && maxFrameBytes >= 0)) {
      throw new RangeError(`maxFrameBytes: expected a whole number of at least 0, got ${maxFrameBytes}`);
    }
    this.lengthFieldBytes = lengthFieldBytes;
    this.littleEndian = byteOrder === "little";
    this.maxFrameBytes = Math.min(maxFrameBytes, 256 ** lengthFieldBytes - 1);
  }

  decode(source: ByteBuffer): Uint8Array | Incomplete {
    const { lengthFieldBytes } = this;
    if (source.byteLength < lengthFieldBytes) return Incomplete;
    const frameBytes = this.readLength(source);
    if (frameBytes > this.maxFrameBytes) throw new FrameTooLongError(frameBytes, this.maxFrameBytes);
    if (source.byteLength < lengthFieldBytes + frameBytes) {
      // One piece of memory for the whole frame, instead of doubling on the way there.
      source.spare(lengthFieldBytes + frameBytes - source.byteLength);
      return Incomplete;
    }
    source.consume(lengthFieldBytes);
    return source.take(frameBytes);
  }

  /** @throws FrameTooLongError */
  encode(item: Uint8Array, target: ByteBuffer): void {
    const { lengthFieldBytes } = this;
    const frameBytes = item.byteLength;
    if (frameBytes > this.maxFrameBytes) throw new FrameTooLongError(frameBytes, this.maxFrameBytes);
    this.writeLength(target.spare(lengthFieldBytes + frameBytes), frameBytes);
    target.commit(lengthFieldBytes);
    target.append(item);
  }

  /** In floating point, which is exact for every length that is allowed and larger than those for every other. */
  private readLength(source: ByteBuffer): number {
    const { lengthFieldBytes, littleEndian } = this;
    let length = 0;
    for (let i = 0; i < lengthFieldBytes; i++) {
      length = length * 256 + source.byteAt(littleEndian ? lengthFieldBytes - 1 - i : i);
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
