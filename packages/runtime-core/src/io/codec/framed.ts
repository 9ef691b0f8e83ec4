// A stream of bytes in both directions as items in both directions.
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import type { Poll } from "../../future/poll.ts";
import type { End } from "../../stream/source.ts";
import { Stream } from "../../stream/stream.ts";
import type { AsyncRead } from "../async-read.ts";
import type { AsyncWrite } from "../async-write.ts";
import type { Decoder, Encoder } from "./codec.ts";
import { FramedRead } from "./framed-read.ts";
import { FramedWrite, type FramedWriteOptions } from "./framed-write.ts";
import type { Sink } from "./sink.ts";

/**
 * Items read from and written to one stream of bytes: a {@link FramedRead} and a {@link FramedWrite} that share their codec. For two
 * tasks use those two, or each with a half of the stream.
 */
export class Framed<In, Out, S extends AsyncRead & AsyncWrite = AsyncRead & AsyncWrite>
  extends Stream<In>
  implements Sink<Out>
{
  /** The direction that items come from. */
  readonly incoming: FramedRead<In, S>;
  /** The direction that items go to. */
  readonly outgoing: FramedWrite<Out, S>;

  /** @throws RangeError when the high-water mark is not a positive integer */
  constructor(io: S, codec: Decoder<In> & Encoder<Out>, options?: FramedWriteOptions) {
    super();
    this.incoming = new FramedRead(io, codec);
    this.outgoing = new FramedWrite(io, codec, options);
  }

  override pollNext(cx: Context): Poll<In | End> {
    return this.incoming.pollNext(cx);
  }

  /** Ends the reading. What was fed can still be flushed. */
  override drop(): void {
    this.incoming.drop();
  }

  pollReady(cx: Context): Poll<void> {
    return this.outgoing.pollReady(cx);
  }

  startSend(item: Out): void {
    this.outgoing.startSend(item);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.outgoing.pollFlush(cx);
  }

  pollClose(cx: Context): Poll<void> {
    return this.outgoing.pollClose(cx);
  }

  forgetSender(): void {
    this.outgoing.forgetSender();
  }

  /** As {@link FramedWrite.feed}. */
  feed(item: Out): Future<void> {
    return this.outgoing.feed(item);
  }

  /** As {@link FramedWrite.send}. */
  send(item: Out): Future<void> {
    return this.outgoing.send(item);
  }

  /** As {@link FramedWrite.flush}. */
  flush(): Future<void> {
    return this.outgoing.flush();
  }

  /** As {@link FramedWrite.close}. */
  close(): Future<void> {
    return this.outgoing.close();
  }
}
