// Bytes in order, in both directions, on the reactor: what TCP and Unix streams, pipes and standard streams have in common. The system
// call is tried first, as long as the descriptor is taken to be ready.
import { type IoBuffer, MAX_RANGES } from "@pollab/io-sys";
import { type Context, type Future, Pending, type Poll } from "@pollab/runtime-core/future";
import type { BufferSlice, Transfer, VectoredTransfer } from "@pollab/runtime-core/io";
import { ConcurrentOperationError } from "../concurrent-operation-error.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Registration } from "../reactor/registration.ts";
import { Read } from "./read.ts";
import type { Transport } from "./transport.ts";
import { ReadVectored, WriteAllVectored } from "./vectored.ts";
import { WriteAll } from "./write-all.ts";

/** A descriptor that bytes are read from and written to. */
export class ByteIo {
  /** For the operations: its place in the reactor. @internal */
  readonly registration: Registration;
  /** For the operations: how bytes are moved. @internal */
  readonly transport: Transport;
  /** For the operations: whether a read is under way. @internal */
  reading = false;
  /** For the operations: whether a write is under way. @internal */
  writing = false;
  /** For subclasses. @internal */
  protected readonly reactor: Reactor;

  constructor(reactor: Reactor, registration: Registration, transport: Transport) {
    this.reactor = reactor;
    this.registration = registration;
    this.transport = transport;
  }

  /** Dropped while it waits, it frees the buffer. @throws SystemError such as ECONNRESET, ECANCELED; ConcurrentOperationError */
  read(buf: IoBuffer): Future<Transfer<IoBuffer>> {
    return new Read(this, buf);
  }

  /**
   * Fills one buffer after the other with one system call, which takes 1024 of them at most. Dropped while it waits, it frees them.
   *
   * @throws RangeError at once when there is no buffer, or one twice
   * @throws SystemError such as ECONNRESET, ECANCELED; ConcurrentOperationError
   */
  readVectored(bufs: readonly IoBuffer[]): Future<VectoredTransfer<IoBuffer>> {
    return new ReadVectored(this, bufs);
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
   * The same from several slices; slices of one buffer may be several too. Dropped while it waits, it frees the buffers, and how much
   * was written is not known.
   *
   * @throws RangeError at once when a slice is no range of its buffer
   * @throws SystemError such as EPIPE, ECONNRESET, ECANCELED; ConcurrentOperationError
   */
  writeAllVectored(slices: readonly BufferSlice<IoBuffer>[]): Future<VectoredTransfer<IoBuffer>> {
    return new WriteAllVectored(this, slices);
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
      const n = this.transport.readView(registration.fd, view);
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
      const n = this.transport.writeView(registration.fd, view);
      if (registration.tookWrite(n, view.byteLength)) {
        cx.budget--;
        return n;
      }
    }
    return Pending;
  }

  /** The same from several views as if they were one, of which one system call takes 1024 at most. */
  pollWriteVectored(cx: Context, views: readonly Uint8Array[]): Poll<number> {
    if (this.writing) throw new ConcurrentOperationError("write");
    // A thousand empty ones before the first that is not would look as if nothing could be written.
    const filled = views.filter((view) => view.byteLength > 0).slice(0, MAX_RANGES);
    const length = filled.reduce((sum, view) => sum + view.byteLength, 0);
    if (length === 0) return 0;
    const { registration } = this;
    while (registration.pollWritable(cx, "write")) {
      const n = this.transport.writeViews(registration.fd, filled);
      if (registration.tookWrite(n, length)) {
        cx.budget--;
        return n;
      }
    }
    return Pending;
  }

  /** The kernel has everything that was written. */
  pollFlush(_cx: Context): Poll<void> {
    return undefined;
  }

  /** A poll that borrowed memory to read into waits no more. */
  forgetReader(): void {
    if (!this.reading) this.registration.forgetReader();
  }

  /** A poll that borrowed memory to write from waits no more. */
  forgetWriter(): void {
    if (!this.writing) this.registration.forgetWriter();
  }

  /** Closes. An operation in flight fails with ECANCELED. Idempotent. */
  close(): void {
    this.reactor.release(this.registration);
  }
}
