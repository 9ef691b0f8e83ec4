// What comes in on one socket, sent on by another without a detour through this process. See splice(2).
// The pipe between them is filled only when it is empty and emptied only when it is not, so that EAGAIN always means the socket.
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { ConcurrentOperationError } from "../concurrent-operation-error.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { ByteIo } from "../stream/byte-io.ts";

/** The capacity of a pipe unless it is changed: see pipe(7). */
const PIPE_BYTES = 65_536;

const UNPOLLED = 0;
const UNDER_WAY = 1;
const DONE = 2;

export class Splice extends Future<number> {
  private readonly reactor: Reactor;
  private readonly from: ByteIo;
  private readonly to: ByteIo;
  private pipe: readonly [number, number] | null = null;
  private inPipe = 0;
  private total = 0;
  private state: typeof UNPOLLED | typeof UNDER_WAY | typeof DONE = UNPOLLED;

  constructor(reactor: Reactor, from: ByteIo, to: ByteIo) {
    super();
    this.reactor = reactor;
    this.from = from;
    this.to = to;
  }

  override poll(cx: Context): Poll<number> {
    if (this.state !== UNDER_WAY) this.begin();
    let ended: boolean;
    try {
      ended = this.move(cx);
    } catch (error) {
      this.finish();
      throw error;
    }
    if (!ended) return Pending;
    this.finish();
    return this.total;
  }

  override drop(): void {
    if (this.state === UNDER_WAY) {
      this.from.registration.forgetReader();
      this.to.registration.forgetWriter();
      this.finish();
    }
    this.state = DONE;
  }

  /** Whether everything was moved. */
  private move(cx: Context): boolean {
    const { system } = this.reactor;
    const [pipeOut, pipeIn] = (this.pipe ??= system.pipe());
    const source = this.from.registration;
    const target = this.to.registration;
    for (;;) {
      if (this.inPipe === 0) {
        if (!source.pollReadable(cx, "splice")) return false;
        const n = system.splice(source.fd, pipeIn, PIPE_BYTES);
        if (n === 0) return true;
        if (n > 0) this.inPipe = n;
        else source.refusedRead(n, "splice");
      } else {
        if (!target.pollWritable(cx, "splice")) return false;
        const n = system.splice(pipeOut, target.fd, this.inPipe);
        if (n >= 0) {
          cx.budget--;
          this.inPipe -= n;
          this.total += n;
        } else {
          target.refusedWrite(n, "splice");
        }
      }
    }
  }

  private begin(): void {
    if (this.state === DONE) throw new PolledAfterCompletionError("splice");
    this.state = DONE;
    if (this.from.reading) throw new ConcurrentOperationError("read");
    if (this.to.writing) throw new ConcurrentOperationError("write");
    this.from.reading = true;
    this.to.writing = true;
    this.state = UNDER_WAY;
  }

  private finish(): void {
    this.state = DONE;
    this.from.reading = false;
    this.to.writing = false;
    if (this.pipe === null) return;
    for (const fd of this.pipe) this.reactor.system.close(fd);
    this.pipe = null;
  }
}
