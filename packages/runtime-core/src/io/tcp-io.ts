// A connection in the owned form as a source and destination of borrowed bytes, so that everything of this module works on every
// driver. It has a buffer for each direction, which an operation has while it is in flight, and copies to and from them.
//
// An operation in flight belongs to the connection and not to the future that waits for it: dropping that future leaves the operation
// where it is, and whoever comes next finds its result. So no bytes are lost, and the kernel never fills memory that is used again.
import { Context, type Waker } from "../future/context.ts";
import type { Future } from "../future/future.ts";
import { Pending, type Poll } from "../future/poll.ts";
import type { AsyncBufRead } from "./async-read.ts";
import type { AsyncWrite } from "./async-write.ts";
import type { BufferSource, OwnedBuffer, Transfer } from "./buffer.ts";
import { BrokenPipeError } from "./errors.ts";
import type { TcpStream } from "./net.ts";
import { charge } from "./operation.ts";

const NOTHING = new Uint8Array(0);

/** One direction: the buffer, and the operation that has it. */
class Lane<B extends OwnedBuffer> implements Waker {
  operation: Future<Transfer<B>> | null = null;
  private readonly buffers: BufferSource<B>;
  private buf: B | null = null;
  /** Who waits for the operation, which itself only knows the lane. */
  private waiter: Waker | null = null;
  private context: Context | null = null;

  constructor(buffers: BufferSource<B>) {
    this.buffers = buffers;
  }

  /** The buffer, while no operation has it. */
  get buffer(): B {
    this.buf ??= this.buffers.take();
    return this.buf;
  }

  wake(): void {
    const { waiter } = this;
    this.waiter = null;
    waiter?.wake();
  }

  /** The result of the operation in flight. */
  poll(cx: Context, operation: Future<Transfer<B>>): Poll<number> {
    if (this.context?.runtime !== cx.runtime) this.context = new Context(this, cx.runtime);
    const { context } = this;
    const { budget } = cx;
    this.waiter = cx.waker;
    context.budget = budget;
    let transfer: Poll<Transfer<B>>;
    try {
      transfer = operation.poll(context);
    } catch (error) {
      this.operation = this.waiter = null;
      throw error;
    }
    cx.budget = context.budget;
    if (transfer === Pending) return Pending;
    charge(cx, budget);
    this.operation = this.waiter = null;
    this.buf = transfer.buf;
    return transfer.n;
  }

  forget(): void {
    this.waiter = null;
  }

  close(): void {
    const { buf, operation } = this;
    this.operation = this.buf = null;
    // An operation that is dropped in flight frees the buffer when the kernel is done with it.
    if (operation === null) buf?.free();
    else operation.drop();
    // Whoever waits finds the connection closed.
    this.wake();
  }
}

class BorrowingTcp<B extends OwnedBuffer> implements TcpIo {
  private readonly stream: TcpStream<B>;
  private readonly receiving: Lane<B>;
  private readonly sending: Lane<B>;
  /** What was received and not yet taken, in the receiving lane's buffer. */
  private start = 0;
  private end = 0;
  private receivedEnd = false;
  private sentEnd = false;
  private closed = false;

  constructor(stream: TcpStream<B>, buffers: BufferSource<B>) {
    this.stream = stream;
    this.receiving = new Lane(buffers);
    this.sending = new Lane(buffers);
  }

  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    if (view.byteLength === 0) return 0;
    const bytes = this.pollFillBuf(cx);
    if (bytes === Pending) return Pending;
    const n = Math.min(view.byteLength, bytes.byteLength);
    view.set(n === bytes.byteLength ? bytes : bytes.subarray(0, n));
    this.consume(n);
    return n;
  }

  pollFillBuf(cx: Context): Poll<Uint8Array> {
    this.requireOpen();
    const { receiving } = this;
    if (this.start === this.end) {
      if (this.receivedEnd) return NOTHING;
      if (cx.exhausted()) return Pending;
      receiving.operation ??= this.stream.read(receiving.buffer);
      const n = receiving.poll(cx, receiving.operation);
      if (n === Pending) return Pending;
      this.start = 0;
      this.end = n;
      this.receivedEnd = n === 0;
      if (n === 0) return NOTHING;
    }
    return receiving.buffer.bytes.subarray(this.start, this.end);
  }

  consume(n: number): void {
    if (!(n >= 0 && n <= this.end - this.start)) {
      throw new RangeError(`expected to consume 0 to ${this.end - this.start} bytes, got ${n}`);
    }
    this.start += n;
  }

  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    this.requireOpen();
    if (this.sentEnd) throw new BrokenPipeError("this side of the connection was shut down");
    if (view.byteLength === 0) return 0;
    const { sending } = this;
    if (cx.exhausted() || this.pollSent(cx) === Pending) return Pending;
    const { buffer } = sending;
    const n = Math.min(view.byteLength, buffer.capacityBytes);
    buffer.bytes.set(n === view.byteLength ? view : view.subarray(0, n));
    sending.operation = this.stream.writeAll(buffer, 0, n);
    // Sent off now. The bytes are taken, so nobody waits for it before the next write or flush.
    if (sending.poll(cx, sending.operation) === Pending) sending.forget();
    return n;
  }

  pollFlush(cx: Context): Poll<void> {
    this.requireOpen();
    return this.pollSent(cx);
  }

  pollShutdown(cx: Context): Poll<void> {
    this.requireOpen();
    if (this.pollSent(cx) === Pending) return Pending;
    if (!this.sentEnd) {
      this.sentEnd = true;
      this.stream.shutdownWrite();
    }
    return undefined;
  }

  forgetReader(): void {
    this.receiving.forget();
  }

  forgetWriter(): void {
    this.sending.forget();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.receiving.close();
    this.sending.close();
    this.stream.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Nothing is in flight to the peer. */
  private pollSent(cx: Context): Poll<void> {
    const { operation } = this.sending;
    if (operation !== null && this.sending.poll(cx, operation) === Pending) return Pending;
    return undefined;
  }

  private requireOpen(): void {
    if (this.closed) throw new Error("this connection is closed");
  }
}

/** A connection that reads into and writes from borrowed memory. */
export interface TcpIo extends AsyncBufRead, AsyncWrite, Disposable {
  /** Closes the connection; what was not flushed may be lost. Idempotent. */
  close(): void;
}

/**
 * Takes over `stream` and gives it the borrowed form. Dropping a wait loses no bytes in either direction.
 *
 * A write is ready when its bytes are in the buffer and sent off: flush to be sure that they went, as with every buffer. An error
 * in sending them is thrown by the next write or flush.
 *
 * @param buffers where the two buffers come from, as a rule the driver's own
 */
export function tcpIo<B extends OwnedBuffer>(stream: TcpStream<B>, buffers: BufferSource<B>): TcpIo {
  return new BorrowingTcp(stream, buffers);
}
