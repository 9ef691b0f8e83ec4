// A TCP connection on the reactor. The system call is tried first, as long as the socket is taken to be ready.
import { ERRNO, type IoBuffer, readView, SHUTDOWN, shutdownSocket, systemError, writeView } from "@pollab/io-sys";
import { type Context, type Future, Pending, type Poll } from "@pollab/runtime-core/future";
import type { TcpStream, Transfer } from "@pollab/runtime-core/io";
import { ConcurrentOperationError } from "./concurrent-operation-error.ts";
import { Read } from "./read.ts";
import type { Reactor } from "./reactor.ts";
import type { Registration } from "./registration.ts";
import { WriteAll } from "./write-all.ts";

/** A connection; `EpollNet.connect` and `EpollListener.accept` make it. */
export class EpollStream implements TcpStream<IoBuffer> {
  /** For the operations: the socket's place in the reactor. @internal */
  readonly registration: Registration;
  /** For the operations: whether a read is under way. @internal */
  reading = false;
  /** For the operations: whether a write is under way. @internal */
  writing = false;
  private readonly reactor: Reactor;

  constructor(reactor: Reactor, registration: Registration) {
    this.reactor = reactor;
    this.registration = registration;
  }

  /** Dropped while it waits, it frees the buffer. @throws SystemError such as ECONNRESET, ECANCELED; ConcurrentOperationError */
  read(buf: IoBuffer): Future<Transfer<IoBuffer>> {
    return new Read(this, buf);
  }

  /**
   * Dropped while it waits, it frees the buffer, and how much was written is not known.
   *
   * @throws RangeError at once when `start` to `end` is no range of the buffer
   * @throws SystemError such as EPIPE, ECONNRESET, ECANCELED; ConcurrentOperationError
   */
  writeAll(buf: IoBuffer, start: number, end: number): Future<Transfer<IoBuffer>> {
    return new WriteAll(this, buf, start, end);
  }

  /**
   * Reads into borrowed memory, for futures written by hand: the number of bytes, 0 at the end or for an empty view. One reader at
   * a time: the waker of the latest poll is the one that is called.
   *
   * @throws SystemError such as ECONNRESET, ECANCELED; ConcurrentOperationError while a `read` is in flight
   */
  pollRead(cx: Context, view: Uint8Array): Poll<number> {
    if (this.reading) throw new ConcurrentOperationError("read");
    if (view.byteLength === 0) return 0;
    const { registration } = this;
    while (registration.pollReadable(cx, "read")) {
      const n = readView(registration.fd, view);
      registration.counters.systemCalls.recv++;
      if (registration.tookRead(n, view.byteLength)) {
        cx.budget--;
        return n;
      }
    }
    return Pending;
  }

  /**
   * Writes from borrowed memory: the number of bytes taken, which may be less than there are.
   *
   * @throws SystemError such as EPIPE, ECONNRESET, ECANCELED; ConcurrentOperationError while a `writeAll` is in flight
   */
  pollWrite(cx: Context, view: Uint8Array): Poll<number> {
    if (this.writing) throw new ConcurrentOperationError("write");
    if (view.byteLength === 0) return 0;
    const { registration } = this;
    while (registration.pollWritable(cx, "write")) {
      const n = writeView(registration.fd, view);
      registration.counters.systemCalls.send++;
      if (registration.tookWrite(n, view.byteLength)) {
        cx.budget--;
        return n;
      }
    }
    return Pending;
  }

  shutdownRead(): void {
    this.shutdown(SHUTDOWN.read);
  }

  shutdownWrite(): void {
    this.shutdown(SHUTDOWN.write);
  }

  close(): void {
    this.reactor.release(this.registration);
  }

  private shutdown(how: number): void {
    const { counters, fd, released } = this.registration;
    if (released) throw systemError(ERRNO.ECANCELED, "shutdown");
    const result = shutdownSocket(fd, how);
    counters.systemCalls.shutdown++;
    // The peer has reset the connection: it is shut down as far as can be, and the next read or write says why.
    if (result < 0 && result !== -ERRNO.ENOTCONN) throw systemError(result, "shutdown");
  }
}
