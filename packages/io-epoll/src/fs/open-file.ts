// A descriptor that the blocking threads use. It is closed when the last of their calls has ended: until then its number must not be
// given to another file.
import { adoptFd, closeFd, ERRNO, systemError } from "@pollab/io-sys";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { SeenToEnd } from "./on-thread.ts";

export class OpenFile {
  readonly fd: number;
  /** Nobody uses it from now on. */
  private closed = false;
  /** The descriptor is closed. */
  private released = false;
  private inFlight = 0;

  /** Owns the descriptor from then on. */
  constructor(fd: number) {
    adoptFd(fd);
    this.fd = fd;
  }

  /** Makes a call with the descriptor, whose future fails with ECANCELED when it is first polled after `close`. */
  call<T>(syscall: string, call: Future<T>): Future<T> {
    return new FileCall(this, syscall, call);
  }

  /** Idempotent. */
  close(): void {
    this.closed = true;
    this.closeUnlessUsed();
  }

  /** For `FileCall`. @internal */
  enter(syscall: string): void {
    if (this.closed) throw systemError(ERRNO.ECANCELED, syscall);
    this.inFlight++;
  }

  /** For `FileCall`. @internal */
  leave(): void {
    this.inFlight--;
    if (this.closed) this.closeUnlessUsed();
  }

  private closeUnlessUsed(): void {
    if (this.inFlight > 0 || this.released) return;
    this.released = true;
    closeFd(this.fd);
  }
}

const UNPOLLED = 0;
const UNDER_WAY = 1;
const DONE = 2;

class FileCall<T> extends Future<T> {
  private readonly file: OpenFile;
  private readonly syscall: string;
  private readonly call: SeenToEnd<T>;
  private state: typeof UNPOLLED | typeof UNDER_WAY | typeof DONE = UNPOLLED;

  constructor(file: OpenFile, syscall: string, call: Future<T>) {
    super();
    this.file = file;
    this.syscall = syscall;
    this.call = new SeenToEnd(call, () => {
      file.leave();
    });
  }

  override poll(cx: Context): Poll<T> {
    if (this.state === DONE) throw new PolledAfterCompletionError(this.syscall);
    if (this.state === UNPOLLED) {
      this.state = DONE;
      this.file.enter(this.syscall);
      this.state = UNDER_WAY;
    }
    let result: Poll<T>;
    try {
      result = this.call.poll(cx);
    } catch (error) {
      this.finish();
      throw error;
    }
    if (result !== Pending) this.finish();
    return result;
  }

  override drop(): void {
    // Under way, whoever sees the call to its end leaves the file.
    if (this.state === UNDER_WAY) this.call.drop();
    this.state = DONE;
  }

  private finish(): void {
    this.state = DONE;
    this.file.leave();
  }
}
