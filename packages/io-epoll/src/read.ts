// A read into an owned buffer, which it has from its first poll until it is finished.
import { type IoBuffer, readSlab } from "@pollab/io-sys";
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
import { ConcurrentOperationError } from "./concurrent-operation-error.ts";
import type { EpollStream } from "./stream.ts";

const UNPOLLED = 0;
const UNDER_WAY = 1;
const DONE = 2;

export class Read extends Future<Transfer<IoBuffer>> {
  private readonly stream: EpollStream;
  private readonly buf: IoBuffer;
  private state: typeof UNPOLLED | typeof UNDER_WAY | typeof DONE = UNPOLLED;

  constructor(stream: EpollStream, buf: IoBuffer) {
    super();
    this.stream = stream;
    this.buf = buf;
  }

  override poll(cx: Context): Poll<Transfer<IoBuffer>> {
    if (this.state !== UNDER_WAY) this.begin();
    const { buf } = this;
    const { registration } = this.stream;
    try {
      while (registration.pollReadable(cx, "read")) {
        const n = readSlab(registration.fd, buf.slab, buf.offsetBytes, buf.capacityBytes);
        registration.counters.systemCalls.recv++;
        if (registration.tookRead(n, buf.capacityBytes)) {
          cx.budget--;
          this.finish();
          return { n, buf };
        }
      }
    } catch (error) {
      this.finish();
      throw error;
    }
    return Pending;
  }

  /** As Future.next, here for a call site of its own. */
  override next(): IteratorResult<Suspension, Transfer<IoBuffer>> {
    const result = this.poll(currentContext());
    return result === Pending ? SUSPENDED : { done: true, value: result };
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

  private begin(): void {
    if (this.state === DONE) throw new PolledAfterCompletionError("read");
    this.state = DONE;
    if (this.stream.reading !== null) throw new ConcurrentOperationError("read");
    this.buf.lend();
    this.stream.reading = this;
    this.state = UNDER_WAY;
  }

  private finish(): void {
    this.state = DONE;
    this.stream.reading = null;
    this.buf.giveBack();
  }
}
