// A part of a file, sent without a detour through this process. See sendfile(2).
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { ConcurrentOperationError } from "../concurrent-operation-error.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { ByteIo } from "../stream/byte-io.ts";

/** The kernel takes no more at a time. */
const MAX_BYTES = 0x7fff_f000;

const UNPOLLED = 0;
const UNDER_WAY = 1;
const DONE = 2;

export class SendFile extends Future<number> {
  private readonly stream: ByteIo;
  private readonly reactor: Reactor;
  private readonly file: number;
  private readonly start: number;
  private readonly end: number;
  /** Where the rest begins. */
  private at: number;
  private state: typeof UNPOLLED | typeof UNDER_WAY | typeof DONE = UNPOLLED;

  constructor(stream: ByteIo, reactor: Reactor, file: number, position: number, lengthBytes: number) {
    super();
    if (!(Number.isSafeInteger(position) && position >= 0)) {
      throw new RangeError(`expected a position of at least 0, got ${position}`);
    }
    if (!(lengthBytes === Infinity || (Number.isSafeInteger(lengthBytes) && lengthBytes >= 0))) {
      throw new RangeError(`expected a whole number of bytes, or Infinity for all there are, got ${lengthBytes}`);
    }
    this.stream = stream;
    this.reactor = reactor;
    this.file = file;
    this.start = this.at = position;
    this.end = position + lengthBytes;
  }

  override poll(cx: Context): Poll<number> {
    if (this.state !== UNDER_WAY) this.begin();
    const { registration } = this.stream;
    try {
      while (this.at < this.end) {
        if (!registration.pollWritable(cx, "sendfile")) return Pending;
        const wanted = Math.min(this.end - this.at, MAX_BYTES);
        // How little was sent says nothing about the socket: the file may have fewer bytes at hand.
        const n = this.reactor.system.sendFile(registration.fd, this.file, this.at, wanted);
        if (n === 0) break;
        if (n > 0) {
          cx.budget--;
          this.at += n;
        } else {
          registration.refusedWrite(n, "sendfile");
        }
      }
    } catch (error) {
      this.finish();
      throw error;
    }
    this.finish();
    return this.at - this.start;
  }

  override drop(): void {
    if (this.state === UNDER_WAY) {
      this.stream.registration.forgetWriter();
      this.finish();
    }
    this.state = DONE;
  }

  private begin(): void {
    if (this.state === DONE) throw new PolledAfterCompletionError("sendFile");
    this.state = DONE;
    if (this.stream.writing) throw new ConcurrentOperationError("write");
    this.stream.writing = true;
    this.state = UNDER_WAY;
  }

  private finish(): void {
    this.state = DONE;
    this.stream.writing = false;
  }
}
