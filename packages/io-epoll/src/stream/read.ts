// A read into an owned buffer, which it has from its first poll until it is finished.
import type { IoBuffer } from "@pollab/io-sys";
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

const WAITING = -1;

export class Read extends Future<Transfer<IoBuffer>> {
  private readonly stream: ByteIo;
  private readonly buf: IoBuffer;
  private state: typeof UNPOLLED | typeof UNDER_WAY | typeof DONE = UNPOLLED;

  constructor(stream: ByteIo, buf: IoBuffer) {
    super();
    this.stream = stream;
    this.buf = buf;
  }

  override poll(cx: Context): Poll<Transfer<IoBuffer>> {
    const n = this.advance(cx);
    return n === WAITING ? Pending : { n, buf: this.buf };
  }

  /** As Future.next, without the way through `Pending`: comparing a symbol with what may be an object is a call. */
  override next(): IteratorResult<Suspension, Transfer<IoBuffer>> {
    const n = this.advance(currentContext());
    return n === WAITING ? SUSPENDED : { done: true, value: { n, buf: this.buf } };
  }

  override drop(): void {
    if (this.state === UNDER_WAY) {
      this.stream.registration.forgetReader();
      // Whoever passed the buffer in has given it up; the kernel never had it.
      this.buf.orphan();
      this.finish();
    }
    this.state = DONE;
  }

  /** The number of bytes read, or WAITING. */
  private advance(cx: Context): number {
    if (this.state !== UNDER_WAY) this.begin();
    const { buf } = this;
    const { registration, transport } = this.stream;
    try {
      while (registration.pollReadable(cx, "read")) {
        const n = transport.read(registration.fd, buf.slab, buf.offsetBytes, buf.capacityBytes);
        if (registration.tookRead(n, buf.capacityBytes)) {
          cx.budget--;
          this.finish();
          return n;
        }
      }
    } catch (error) {
      this.finish();
      throw error;
    }
    return WAITING;
  }

  private begin(): void {
    if (this.state === DONE) throw new PolledAfterCompletionError("read");
    this.state = DONE;
    if (this.stream.reading) throw new ConcurrentOperationError("read");
    this.buf.lend();
    this.stream.reading = true;
    this.state = UNDER_WAY;
  }

  private finish(): void {
    this.state = DONE;
    this.stream.reading = false;
    this.buf.giveBack();
  }
}
