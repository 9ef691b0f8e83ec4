// A destination of bytes as a destination of items.
import type { Context } from "../../future/context.ts";
import type { Future } from "../../future/future.ts";
import { Pending, type Poll } from "../../future/poll.ts";
import type { AsyncWrite } from "../async-write.ts";
import { DEFAULT_BUFFER_BYTES } from "../buf-reader.ts";
import { ByteBuffer } from "../byte-buffer.ts";
import { requireSize, WriteZeroError } from "../errors.ts";
import { charge } from "../operation.ts";
import type { Encoder } from "./codec.ts";
import { CloseSink, Feed, FlushSink, Send, type Sink } from "./sink.ts";

/** How a {@link FramedWrite} buffers. */
export interface FramedWriteOptions {
  /** How many encoded bytes may wait before another item has to: 8 KiB unless given. */
  readonly highWaterMarkBytes?: number;
}

/**
 * Writes items to `writer` as `encoder` encodes them, through a buffer. With as many bytes in it as the high-water mark says, another
 * item is taken only when writing has made them fewer.
 */
export class FramedWrite<T, W extends AsyncWrite = AsyncWrite> implements Sink<T> {
  /** The destination. What was encoded and not yet written is in `buffer`. */
  readonly writer: W;
  /** What was encoded and is not written. */
  readonly buffer: ByteBuffer = new ByteBuffer();
  private readonly encoder: Encoder<T>;
  private readonly highWaterMarkBytes: number;

  /** @throws RangeError when the high-water mark is not a positive integer */
  constructor(writer: W, encoder: Encoder<T>, { highWaterMarkBytes = DEFAULT_BUFFER_BYTES }: FramedWriteOptions = {}) {
    requireSize("highWaterMarkBytes", highWaterMarkBytes);
    this.writer = writer;
    this.encoder = encoder;
    this.highWaterMarkBytes = highWaterMarkBytes;
  }

  pollReady(cx: Context): Poll<void> {
    return this.pollWriteDownTo(cx, this.highWaterMarkBytes - 1);
  }

  startSend(item: T): void {
    this.encoder.encode(item, this.buffer);
  }

  pollFlush(cx: Context): Poll<void> {
    return this.pollWriteDownTo(cx, 0) === Pending ? Pending : this.writer.pollFlush(cx);
  }

  pollClose(cx: Context): Poll<void> {
    return this.pollWriteDownTo(cx, 0) === Pending ? Pending : this.writer.pollShutdown(cx);
  }

  forgetSender(): void {
    this.writer.forgetWriter?.();
  }

  /**
   * Waits until there is room and takes the item; `flush` sends it. Many items fed and flushed once are few large writes.
   *
   * Cancel safe: dropped while it waits, the item was not taken.
   */
  feed(item: T): Future<void> {
    return new Feed(this, item);
  }

  /**
   * Waits until there is room, takes the item and flushes.
   *
   * Not cancel safe: dropped while it waits, the item may have been taken, and then goes out with the next flush.
   */
  send(item: T): Future<void> {
    return new Send(this, item);
  }

  /** Waits until everything that was taken has arrived. Cancel safe: another flush goes on where it stopped. */
  flush(): Future<void> {
    return new FlushSink(this);
  }

  /** Flushes and shuts the writer down. */
  close(): Future<void> {
    return new CloseSink(this);
  }

  /** Writes until at most so much is left. */
  private pollWriteDownTo(cx: Context, leftBytes: number): Poll<void> {
    const { buffer, writer } = this;
    while (buffer.byteLength > leftBytes) {
      if (cx.exhausted()) return Pending;
      const { budget } = cx;
      const n = writer.pollWrite(cx, buffer.bytes);
      if (n === Pending) return Pending;
      charge(cx, budget);
      if (n === 0) throw new WriteZeroError();
      buffer.consume(n);
    }
    return undefined;
  }
}
