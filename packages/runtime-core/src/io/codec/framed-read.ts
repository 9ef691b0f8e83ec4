// A source of bytes as a stream of items.
import type { Context } from "../../future/context.ts";
import { PolledAfterCompletionError } from "../../future/errors.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import { End } from "../../stream/source.ts";
import { Stream } from "../../stream/stream.ts";
import type { AsyncRead } from "../async-read.ts";
import { DEFAULT_BUFFER_BYTES } from "../buf-reader.ts";
import { ByteBuffer } from "../byte-buffer.ts";
import { UnexpectedEndError } from "../errors.ts";
import { charge } from "../operation.ts";
import { type Decoder, Incomplete } from "./codec.ts";

/** Before a read there is room for at least this much. */
const LEAST_ROOM_BYTES = 1024;

/** Bytes may have come that were not looked at. */
const DECODING = 0;
/** All that has come was looked at. */
const READING = 1;
/** No more will come; there may be items in what has. */
const ENDING = 2;
const ENDED = 3;
const DROPPED = 4;

/**
 * The items that `decoder` finds in the bytes of `reader`. Waiting for an item is cancel safe: bytes that have come stay here.
 *
 * An error of the decoder stands in the place of an item: whether others follow is the decoder's to say. An error of the reader
 * leaves what has come, and the next wait reads again.
 */
export class FramedRead<T, R extends AsyncRead = AsyncRead> extends Stream<T> {
  /** The source. What was read from it and not yet decoded is in `buffer`. */
  readonly reader: R;
  /** What was read and is not decoded. */
  readonly buffer: ByteBuffer = new ByteBuffer();
  private readonly decoder: Decoder<T>;
  private state: typeof DECODING | typeof READING | typeof ENDING | typeof ENDED | typeof DROPPED = DECODING;

  constructor(reader: R, decoder: Decoder<T>) {
    super();
    this.reader = reader;
    this.decoder = decoder;
  }

  override pollNext(cx: Context): Poll<T | End> {
    for (;;) {
      if (this.state === ENDED) return End;
      if (this.state === DROPPED) throw new PolledAfterCompletionError("framed stream");
      if (cx.exhausted()) return Pending;
      const { budget } = cx;
      const reading = this.state === READING;
      if (reading) {
        const n = this.pollMore(cx);
        if (n === Pending) return Pending;
        this.state = n === 0 ? ENDING : DECODING;
      }
      // Items cost something too: a read may bring thousands. So do errors, which a decoder may throw without end.
      charge(cx, budget);
      const item = this.state === ENDING ? this.decodeEnd() : this.decoder.decode(this.buffer);
      if (item !== Incomplete) return item;
      // Looking in vain at what was left of the latest read costs nothing.
      if (!reading) cx.budget = budget;
      this.state = this.state === ENDING ? ENDED : READING;
    }
  }

  override drop(): void {
    if (this.state >= ENDED) return;
    this.state = DROPPED;
    this.buffer.clear();
    this.reader.forgetReader?.();
  }

  private pollMore(cx: Context): Poll<number> {
    const { buffer } = this;
    const room = buffer.spare(buffer.byteLength === 0 ? DEFAULT_BUFFER_BYTES : LEAST_ROOM_BYTES);
    const n = this.reader.pollRead(cx, room);
    if (n !== Pending) buffer.commit(n);
    return n;
  }

  private decodeEnd(): T | Incomplete {
    const { buffer, decoder } = this;
    if (decoder.decodeEnd !== undefined) return decoder.decodeEnd(buffer);
    const item = decoder.decode(buffer);
    if (item !== Incomplete || buffer.byteLength === 0) return item;
    this.state = ENDED;
    throw new UnexpectedEndError(`${buffer.byteLength} bytes are left that are no whole item`);
  }
}
