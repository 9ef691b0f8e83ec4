// Datagrams on the reactor: what UDP and Unix datagram sockets have in common. A datagram shorter than the buffer says nothing about
// the next one, so only EAGAIN clears readiness here.
import { DatagramSource, type IoBuffer, requireRange } from "@pollab/io-sys";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import type { Datagram, Transfer } from "@pollab/runtime-core/io";
import { ConcurrentOperationError } from "../concurrent-operation-error.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Registration } from "../reactor/registration.ts";

/** Filled by each receive, and read before the next one. */
const source = new DatagramSource();

/** A socket whose peers have addresses of type `A`. */
export abstract class DatagramSocket<A> {
  /** For the operations. @internal */
  readonly registration: Registration;
  /** For the operations. @internal */
  readonly reactor: Reactor;
  /** For the operations: whether a receive is under way. @internal */
  receiving = false;
  /** For the operations: whether a send is under way. @internal */
  sending = false;

  /** For `EpollNet`. @internal */
  constructor(reactor: Reactor, registration: Registration) {
    this.reactor = reactor;
    this.registration = registration;
  }

  /**
   * The next datagram, and its sender. An empty one has `n` 0. Dropped while it waits, it frees the buffer.
   *
   * @throws SystemError such as ECONNREFUSED, ECANCELED; ConcurrentOperationError
   */
  recvFrom(buf: IoBuffer): Future<Datagram<IoBuffer, A>> {
    return new ReceiveFrom(this, buf);
  }

  /**
   * The next datagram of the connected peer, or of anybody while there is none. Dropped while it waits, it frees the buffer.
   *
   * @throws SystemError such as ECONNREFUSED, ECANCELED; ConcurrentOperationError
   */
  recv(buf: IoBuffer): Future<Transfer<IoBuffer>> {
    return new Receive(this, buf);
  }

  /**
   * Sends the bytes from `start` to `end` as one datagram to the connected peer. Dropped while it waits, it frees the buffer.
   *
   * @throws RangeError at once when `start` to `end` is no range of the buffer
   * @throws SystemError such as EDESTADDRREQ, ENOTCONN, ECONNREFUSED, EMSGSIZE, ECANCELED; ConcurrentOperationError
   */
  send(buf: IoBuffer, start: number, end: number): Future<Transfer<IoBuffer>> {
    return new Send(this, buf, start, end, null);
  }

  /**
   * Sends the bytes from `start` to `end` as one datagram. Dropped while it waits, it frees the buffer.
   *
   * @throws RangeError at once when `start` to `end` is no range of the buffer, or the address is none
   * @throws SystemError such as EMSGSIZE, ENETUNREACH, ENOENT, ECANCELED; ConcurrentOperationError
   */
  sendTo(buf: IoBuffer, start: number, end: number, to: A): Future<Transfer<IoBuffer>> {
    return new Send(this, buf, start, end, this.encode(to));
  }

  /** Closes. An operation in flight fails with ECANCELED. Idempotent. */
  close(): void {
    this.reactor.release(this.registration);
  }

  /** For `recvFrom`: the address of a `struct sockaddr`. @internal */
  abstract decode(encoded: Uint8Array): A;
  /** For `sendTo`: the `struct sockaddr` of an address. @internal */
  protected abstract encode(address: A): Uint8Array;
}

const UNPOLLED = 0;
const UNDER_WAY = 1;
const DONE = 2;

/** One datagram in one direction: holds the buffer from the first poll to the result. */
abstract class Operation<R> extends Future<R> {
  protected readonly buf: IoBuffer;
  private state: typeof UNPOLLED | typeof UNDER_WAY | typeof DONE = UNPOLLED;

  constructor(buf: IoBuffer) {
    super();
    this.buf = buf;
  }

  override poll(cx: Context): Poll<R> {
    if (this.state !== UNDER_WAY) this.begin();
    let n: number | null;
    let result: R;
    try {
      n = this.attempt(cx);
      if (n === null) return Pending;
      cx.budget--;
      result = this.resultOf(n);
    } catch (error) {
      this.finish();
      throw error;
    }
    this.finish();
    return result;
  }

  override drop(): void {
    if (this.state === UNDER_WAY) {
      this.forget();
      // Whoever passed the buffer in has given it up; the kernel never had it.
      this.buf.orphan();
      this.finish();
    }
    this.state = DONE;
  }

  /** The number of bytes, null to wait. */
  protected abstract attempt(cx: Context): number | null;
  protected abstract resultOf(n: number): R;
  /** Claims the direction of the socket, or gives it back. @throws ConcurrentOperationError */
  protected abstract claim(): void;
  protected abstract unclaim(): void;
  /** Takes the waker back. */
  protected abstract forget(): void;

  private begin(): void {
    if (this.state === DONE) throw new PolledAfterCompletionError("datagram");
    this.state = DONE;
    this.claim();
    try {
      this.buf.lend();
    } catch (error) {
      this.unclaim();
      throw error;
    }
    this.state = UNDER_WAY;
  }

  private finish(): void {
    this.state = DONE;
    this.unclaim();
    this.buf.giveBack();
  }
}

abstract class Receiving<A, R> extends Operation<R> {
  protected readonly socket: DatagramSocket<A>;

  constructor(socket: DatagramSocket<A>, buf: IoBuffer) {
    super(buf);
    this.socket = socket;
  }

  protected override attempt(cx: Context): number | null {
    const { registration } = this.socket;
    while (registration.pollReadable(cx, "recv")) {
      const n = this.receive(registration.fd);
      if (n >= 0) return n;
      registration.refusedRead(n, "recv");
    }
    return null;
  }

  protected abstract receive(fd: number): number;

  protected override claim(): void {
    if (this.socket.receiving) throw new ConcurrentOperationError("receive");
    this.socket.receiving = true;
  }

  protected override unclaim(): void {
    this.socket.receiving = false;
  }

  protected override forget(): void {
    this.socket.registration.forgetReader();
  }
}

class Receive<A> extends Receiving<A, Transfer<IoBuffer>> {
  protected override receive(fd: number): number {
    const { buf } = this;
    return this.socket.reactor.system.recv(fd, buf.slab, buf.offsetBytes, buf.capacityBytes);
  }

  protected override resultOf(n: number): Transfer<IoBuffer> {
    return { n, buf: this.buf };
  }
}

class ReceiveFrom<A> extends Receiving<A, Datagram<IoBuffer, A>> {
  protected override receive(fd: number): number {
    const { buf } = this;
    return this.socket.reactor.system.receiveFrom(fd, buf.slab, buf.offsetBytes, buf.capacityBytes, source);
  }

  protected override resultOf(n: number): Datagram<IoBuffer, A> {
    return { n, buf: this.buf, from: this.socket.decode(source.address), truncated: source.truncated };
  }
}

class Send<A> extends Operation<Transfer<IoBuffer>> {
  private readonly socket: DatagramSocket<A>;
  private readonly start: number;
  private readonly end: number;
  /** Null for the connected peer. */
  private readonly to: Uint8Array | null;

  constructor(socket: DatagramSocket<A>, buf: IoBuffer, start: number, end: number, to: Uint8Array | null) {
    requireRange(buf, start, end);
    super(buf);
    this.socket = socket;
    this.start = start;
    this.end = end;
    this.to = to;
  }

  protected override attempt(cx: Context): number | null {
    const { registration } = this.socket;
    while (registration.pollWritable(cx, "send")) {
      const n = this.send(registration.fd);
      if (n >= 0) return n;
      registration.refusedWrite(n, "send");
    }
    return null;
  }

  protected override resultOf(n: number): Transfer<IoBuffer> {
    return { n, buf: this.buf };
  }

  private send(fd: number): number {
    const { buf, end, start, to } = this;
    const { system } = this.socket.reactor;
    const at = buf.offsetBytes + start;
    if (to === null) return system.send(fd, buf.slab, at, end - start);
    return system.sendTo(fd, buf.slab, at, end - start, to);
  }

  protected override claim(): void {
    if (this.socket.sending) throw new ConcurrentOperationError("send");
    this.socket.sending = true;
  }

  protected override unclaim(): void {
    this.socket.sending = false;
  }

  protected override forget(): void {
    this.socket.registration.forgetWriter();
  }
}
