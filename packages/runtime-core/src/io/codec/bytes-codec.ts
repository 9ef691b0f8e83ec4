// Bytes as they come.
import type { ByteBuffer } from "../byte-buffer.ts";
import { type Decoder, type Encoder, Incomplete } from "./codec.ts";

/** No framing: an item is whatever has arrived, at least one byte. */
export class BytesCodec implements Decoder<Uint8Array>, Encoder<Uint8Array> {
  decode(source: ByteBuffer): Uint8Array | Incomplete {
    return source.byteLength === 0 ? Incomplete : source.take(source.byteLength);
  }

  encode(item: Uint8Array, target: ByteBuffer): void {
    target.append(item);
  }
}
