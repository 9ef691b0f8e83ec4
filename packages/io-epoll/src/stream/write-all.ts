// A write of a range of an owned buffer, which it has from its first poll until all of the range is written.
import { type IoBuffer, requireRange } from "@pollab/io-sys";
import {
  type Context,
  currentContext,
  Future,
  Pending,
  type Poll,
  PolledAfterCompletionError,
  SUSPENDED,
  type Suspension,
} from "@pollab/runtime-core/future";
import type { Transfer } from "@pollab/runtime-core/io";
import { ConcurrentOperationError } from "../concurrent-operation-error.ts";
import type { ByteIo } from "./byte-io.ts";

const UNPOLLED = 0;
const UNDER_WAY = 1;
const DONE = 2;

export class WriteAll extends Future<Transfer<IoBuffer>> {
  private readonly stream: ByteIo;
  private readonly buf: IoBuffer;
  private readonly start: number;
  private readonly end: number;
  /** Where the unwritten rest begins. */
  private at: number;
  private state: typeof UNPOLLED | typeof UNDER_WAY | typeof DONE = UNPOLLED;

  constructor(stream: ByteIo, buf: IoBuffer, start: number, end: number) {
    super();
    requireRange(buf, start, end);
    this.stream = stream;
    this.buf = buf;
    this.start = start;
    this.end = end;
    this.at = start;
  }

  override poll(cx: Context): Poll<Transfer<IoBuffer>> {
    return this.advance(cx) ? this.result() : Pending;
  }

  /** As Future.next, without the way through `Pending`: comparing a symbol with what may be an object is a call. */
  override next(): IteratorResult<Suspension, Transfer<IoBuffer>> {
    return this.advance(currentContext()) ? { done: true, value: this.result() } : SUSPENDED;
  }

  override drop(): void {
    if (this.state === UNDER_WAY) {
      this.stream.registration.forgetWriter();
      // Whoever passed the buffer in has given it up; the kernel never had it.
      this.buf.orphan();
      this.finish();
    }
    this.state = DONE;
  }

  /** Whether everything is written. */
  private advance(cx: Context): boolean {
    if (this.state !== UNDER_WAY) this.begin();
    const { buf, end } = this;
    const { registration, transport } = this.stream;
    try {
      while (this.at < end) {
        if (!registration.pollWritable(cx, "write")) return false;
        const length = end - this.at;
        const n = transport.write(registration.fd, buf.slab, buf.offsetBytes + this.at, length);
        if (registration.tookWrite(n, length)) {
          cx.budget--;
          this.at += n;
        }
      }
    } catch (error) {
      this.finish();
      throw error;
    }
    this.finish();
    return true;
  }

  private result(): Transfer<IoBuffer> {
    return { n: this.end - this.start, buf: this.buf };
  }

  private begin(): void {
    if (this.state === DONE) throw new PolledAfterCompletionError("write");
    this.state = DONE;
    if (this.stream.writing) throw new ConcurrentOperationError("write");
    this.buf.lend();
    this.stream.writing = true;
    this.state = UNDER_WAY;
  }

  private finish(): void {
    this.state = DONE;
    this.stream.writing = false;
    this.buf.giveBack();
  }
}
