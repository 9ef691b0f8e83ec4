// Turning bytes into items and back.
import type { ByteBuffer } from "../byte-buffer.ts";

/** What a decoder returns when it needs more bytes. */
export const Incomplete: unique symbol = Symbol("pollab.Incomplete");
export type Incomplete = typeof Incomplete;

/** Finds items in bytes as they arrive. It may keep state between calls, so it serves one stream. */
export interface Decoder<T> {
  /**
   * Takes the next item out of `source`, or leaves the bytes there and returns `Incomplete`. It is called again for what may follow
   * in the same bytes. The item must not refer to the buffer's memory. An error that it throws stands in the place of an item.
   */
  decode(source: ByteBuffer): T | Incomplete;

  /**
   * As `decode`, when no more bytes will come: called until it returns `Incomplete`. Without it `decode` is called, and bytes that
   * are left over are an `UnexpectedEndError`.
   */
  decodeEnd?(source: ByteBuffer): T | Incomplete;
}

/** Writes items as bytes. */
export interface Encoder<T> {
  /** Appends `item` to `target`. When it throws, it has appended nothing. */
  encode(item: T, target: ByteBuffer): void;
}
