// Making pipes and standard streams into registrations.
import { SystemError } from "@pollab/io-sys";
import { Interest } from "../poll/interest.ts";
import type { Reactor } from "../reactor/reactor.ts";
import { READABLE, WRITABLE } from "../reactor/readiness.ts";
import type { Registration } from "../reactor/registration.ts";
import { ByteIo } from "../stream/byte-io.ts";
import { FileTransport } from "../stream/transport.ts";
import { EpollPipeReader } from "./pipe-reader.ts";
import { EpollPipeWriter } from "./pipe-writer.ts";

/** The pipes of one driver. */
export class Pipes {
  private readonly reactor: Reactor;
  private readonly transport: FileTransport;

  constructor(reactor: Reactor) {
    this.reactor = reactor;
    this.transport = new FileTransport(reactor.system);
  }

  /** A new pipe. */
  create(): readonly [EpollPipeReader, EpollPipeWriter] {
    const { reactor } = this;
    reactor.assertOpen();
    const [from, to] = reactor.system.pipe();
    let reading: Registration;
    try {
      reading = reactor.adopt(from, 0, Interest.readable);
    } catch (error) {
      reactor.system.close(to);
      throw error;
    }
    try {
      return [this.reader(reading), this.writer(reactor.adopt(to, WRITABLE, Interest.writable))];
    } catch (error) {
      reactor.release(reading);
      throw error;
    }
  }

  /** An end that somebody else has opened. Owned from then on, also when this fails. */
  adoptReader(fd: number): EpollPipeReader {
    this.prepare(fd);
    return this.reader(this.reactor.adopt(fd, READABLE, Interest.readable));
  }

  adoptWriter(fd: number): EpollPipeWriter {
    this.prepare(fd);
    return this.writer(this.reactor.adopt(fd, WRITABLE, Interest.writable));
  }

  standardReader(fd: number): EpollPipeReader {
    return this.reader(this.standard(fd, Interest.readable));
  }

  standardWriter(fd: number): EpollPipeWriter {
    return this.writer(this.standard(fd, Interest.writable));
  }

  /**
   * A standard stream. Others have it too (a shell, the other commands of a pipeline), and would be surprised by a descriptor that does
   * not wait: so what it stands for is opened anew, which is theirs no more. Where that is impossible (a socket), waiting is
   * switched off until it is closed here. What never makes anybody wait (a file, /dev/null) is not in epoll, and used as it is.
   */
  private standard(fd: number, interest: number): Registration {
    const { reactor } = this;
    const { system } = reactor;
    if (!this.canWait(fd, interest)) return reactor.alwaysReady(fd, null);
    const reopened = system.reopen(fd, interest === Interest.writable);
    if (reopened >= 0) return reactor.adopt(reopened, 0, interest);
    const before = system.setNonblocking(fd, true);
    return reactor.own(fd, 0, interest, () => {
      if (!before) system.setNonblocking(fd, false);
    });
  }

  /** Whether epoll takes it. */
  private canWait(fd: number, interest: number): boolean {
    try {
      this.reactor.release(this.reactor.watch(fd, interest));
      return true;
    } catch (error) {
      if (error instanceof SystemError && error.code === "EPERM") return false;
      throw error;
    }
  }

  private prepare(fd: number): void {
    const { reactor } = this;
    reactor.assertOpen();
    try {
      reactor.system.setNonblocking(fd, true);
    } catch (error) {
      reactor.system.close(fd);
      throw error;
    }
  }

  private reader(registration: Registration): EpollPipeReader {
    return new EpollPipeReader(new ByteIo(this.reactor, registration, this.transport));
  }

  private writer(registration: Registration): EpollPipeWriter {
    return new EpollPipeWriter(new ByteIo(this.reactor, registration, this.transport));
  }
}
