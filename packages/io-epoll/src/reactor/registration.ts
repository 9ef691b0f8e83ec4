// One descriptor's place in the reactor: what it is ready for, as far as is known, and who waits for more.
// Events are edge-triggered. A bit that is set may be wrong, and the next system call finds out; a bit that is clear is right until
// the next event. So it is cleared only on proof, which is EAGAIN or, for bytes, a transfer shorter than asked for.
import { ERRNO, systemError } from "@pollab/io-sys";
import type { Context, Waker } from "@pollab/runtime-core/future";
import type { EpollCounters } from "../system/counters.ts";
import { FOR_READING, FOR_WRITING, READ_CLOSED, READABLE, WRITABLE, WRITE_CLOSED } from "./readiness.ts";

const WOULD_WAIT = -ERRNO.EAGAIN;
const INTERRUPTED = -ERRNO.EINTR;

/** What becomes of a descriptor when its registration ends. */
export type Dispose = (fd: number) => void;

export class Registration {
  readonly fd: number;
  /** The token that comes back with each event: an index is reused, a generation of it is not. */
  readonly index: number;
  readonly generation: number;
  /** Null when the descriptor stays its owner's. */
  readonly dispose: Dispose | null;
  /** Set once it is released: `fd` may be anything by now. */
  released = false;
  /** The bits of readiness.ts. */
  ready: number;
  /** How many events have come. Who clears readiness that was seen earlier compares, so as not to clear what came since. */
  tick = 0;
  private readonly counters: EpollCounters;
  private reader: Waker | null = null;
  private writer: Waker | null = null;

  constructor(
    fd: number,
    index: number,
    generation: number,
    ready: number,
    dispose: Dispose | null,
    counters: EpollCounters,
  ) {
    this.fd = fd;
    this.index = index;
    this.generation = generation;
    this.ready = ready;
    this.dispose = dispose;
    this.counters = counters;
  }

  /**
   * Whether to try a read now. If not, the context's waker is called when to ask again.
   *
   * @throws SystemError ECANCELED after the release
   */
  pollReadable(cx: Context, syscall: string): boolean {
    if (this.released) throw systemError(ERRNO.ECANCELED, syscall);
    if ((this.ready & FOR_READING) === 0) {
      this.reader = cx.waker;
      return false;
    }
    return !cx.exhausted();
  }

  /** The same for a write. */
  pollWritable(cx: Context, syscall: string): boolean {
    if (this.released) throw systemError(ERRNO.ECANCELED, syscall);
    if ((this.ready & FOR_WRITING) === 0) {
      this.writer = cx.waker;
      return false;
    }
    return !cx.exhausted();
  }

  /** The descriptor, for a call that does not wait. @throws SystemError ECANCELED after the release */
  openFd(syscall: string): number {
    if (this.released) throw systemError(ERRNO.ECANCELED, syscall);
    return this.fd;
  }

  /**
   * What recv(2) or read(2) returned for a read of `wantedBytes`: true if it is the read's result, false if the read has to ask again.
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
      this.ready |= READ_CLOSED;
      return true;
    }
    return this.refusedRead(result, "read");
  }

  /** The same for send(2) and write(2). @throws SystemError */
  tookWrite(result: number, wantedBytes: number): boolean {
    if (result >= 0) {
      if (result < wantedBytes) this.ready &= ~WRITABLE;
      return true;
    }
    return this.refusedWrite(result, "write");
  }

  /** A call that takes something in failed: false if it has to ask again. @throws SystemError for any other failure */
  refusedRead(result: number, syscall: string): false {
    if (result === WOULD_WAIT) this.ready &= ~(READABLE | READ_CLOSED);
    else if (result !== INTERRUPTED) throw systemError(result, syscall);
    return false;
  }

  /** A call that gives something out failed: false if it has to ask again. @throws SystemError for any other failure */
  refusedWrite(result: number, syscall: string): false {
    if (result === WOULD_WAIT) this.ready &= ~(WRITABLE | WRITE_CLOSED);
    else if (result !== INTERRUPTED) throw systemError(result, syscall);
    return false;
  }

  /** Whether an event since the last call said that there is something to read. For a descriptor that nobody reads. */
  takeReadable(): boolean {
    const readable = (this.ready & READABLE) !== 0;
    this.ready &= ~READABLE;
    return readable;
  }

  /** Has `waker` called by the next event of any kind. */
  subscribe(waker: Waker): void {
    this.reader = this.writer = waker;
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
    this.tick = (this.tick + 1) | 0;
    try {
      if ((ready & FOR_READING) !== 0) this.wakeReader();
    } finally {
      if ((ready & FOR_WRITING) !== 0) this.wakeWriter();
    }
  }

  /** Whoever waits is woken, to find that the registration is gone. */
  release(): void {
    this.released = true;
    try {
      this.wakeReader();
    } finally {
      this.wakeWriter();
    }
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
