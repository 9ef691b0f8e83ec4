// One descriptor's place in the reactor: what it is ready for, as far as is known, and who waits for more.
// Events are edge-triggered. A bit that is set may be wrong, and the next system call finds out; a bit that is clear is right until
// the next event. So it is cleared only on proof, which is EAGAIN or a transfer shorter than asked for.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Waker } from "@pollab/runtime-core/future";
import type { EpollCounters } from "./counters.ts";
import { READ_ENDED, READABLE, WRITABLE } from "./readiness.ts";

const WOULD_WAIT = -ERRNO.EAGAIN;
const INTERRUPTED = -ERRNO.EINTR;

export class Registration {
  readonly fd: number;
  /** The token that comes back with each event: an index is reused, a generation of it is not. */
  readonly index: number;
  readonly generation: number;
  readonly counters: EpollCounters;
  /** Set once it is released: `fd` may be anything by now. */
  released = false;
  private ready: number;
  private reader: Waker | null = null;
  private writer: Waker | null = null;

  constructor(fd: number, index: number, generation: number, ready: number, counters: EpollCounters) {
    this.fd = fd;
    this.index = index;
    this.generation = generation;
    this.ready = ready;
    this.counters = counters;
  }

  /**
   * Whether to try a read now. If not, the context's waker is called when to ask again.
   *
   * @throws SystemError ECANCELED after the release
   */
  pollReadable(cx: Context, syscall: string): boolean {
    if (this.released) throw systemError(ERRNO.ECANCELED, syscall);
    if ((this.ready & (READABLE | READ_ENDED)) === 0) {
      this.reader = cx.waker;
      return false;
    }
    return !cx.exhausted();
  }

  /** The same for a write. */
  pollWritable(cx: Context, syscall: string): boolean {
    if (this.released) throw systemError(ERRNO.ECANCELED, syscall);
    if ((this.ready & WRITABLE) === 0) {
      this.writer = cx.waker;
      return false;
    }
    return !cx.exhausted();
  }

  /**
   * What recv(2) returned for a read of `wantedBytes`: true if it is the read's result, false if the read has to ask again.
   *
   * @throws SystemError
   */
  tookRead(result: number, wantedBytes: number): boolean {
    if (result > 0) {
      // Less than there was room for: the next one would wait, unless there is an end to read, which no later event announces.
      if (result < wantedBytes) this.ready &= ~READABLE;
      return true;
    }
    if (result === 0) {
      this.ready |= READ_ENDED;
      return true;
    }
    if (result === WOULD_WAIT) this.ready &= ~(READABLE | READ_ENDED);
    else if (result !== INTERRUPTED) throw systemError(result, "read");
    return false;
  }

  /** The same for send(2). @throws SystemError */
  tookWrite(result: number, wantedBytes: number): boolean {
    if (result >= 0) {
      if (result < wantedBytes) this.ready &= ~WRITABLE;
      return true;
    }
    if (result === WOULD_WAIT) this.ready &= ~WRITABLE;
    else if (result !== INTERRUPTED) throw systemError(result, "write");
    return false;
  }

  /** accept4(2) got EAGAIN. */
  acceptWouldWait(): void {
    this.ready &= ~READABLE;
  }

  /** Whether an event since the last call said that there is something to read. For a descriptor that nobody reads. */
  takeReadable(): boolean {
    const readable = (this.ready & READABLE) !== 0;
    this.ready &= ~READABLE;
    return readable;
  }

  /** Nobody waits to read any more. */
  forgetReader(): void {
    this.reader = null;
  }

  /** Nobody waits to write any more. */
  forgetWriter(): void {
    this.writer = null;
  }

  /** Takes an event in, and wakes whom it concerns. */
  becomeReady(ready: number): void {
    this.ready |= ready;
    if ((ready & (READABLE | READ_ENDED)) !== 0) this.wakeReader();
    if ((ready & WRITABLE) !== 0) this.wakeWriter();
  }

  /** Whoever waits is woken, to find that the registration is gone. */
  release(): void {
    this.released = true;
    this.wakeReader();
    this.wakeWriter();
  }

  private wakeReader(): void {
    const { reader } = this;
    if (reader === null) return;
    this.reader = null;
    this.counters.wakes++;
    reader.wake();
  }

  private wakeWriter(): void {
    const { writer } = this;
    if (writer === null) return;
    this.writer = null;
    this.counters.wakes++;
    writer.wake();
  }
}
