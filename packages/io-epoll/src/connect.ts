// A connection under way. The socket belongs to it until the stream does.
import {
  addressFamily,
  closeFd,
  connectSocket,
  ERRNO,
  openSocket,
  setNoDelay,
  type SocketAddress,
  socketError,
  systemError,
} from "@pollab/io-sys";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import type { Reactor } from "./reactor.ts";
import { WRITABLE } from "./readiness.ts";
import type { Registration } from "./registration.ts";
import { EpollStream } from "./stream.ts";

export class Connect extends Future<EpollStream> {
  private readonly reactor: Reactor;
  private readonly address: SocketAddress;
  private registration: Registration | null = null;
  private done = false;

  constructor(reactor: Reactor, address: SocketAddress) {
    super();
    this.reactor = reactor;
    this.address = address;
  }

  override poll(cx: Context): Poll<EpollStream> {
    if (this.done) throw new PolledAfterCompletionError("connect");
    try {
      const registration = (this.registration ??= this.begin());
      if (!registration.pollWritable(cx, "connect")) return Pending;
      const error = socketError(registration.fd);
      this.reactor.counters.systemCalls.set_up++;
      if (error !== 0) throw this.failure(error);
      cx.budget--;
      this.done = true;
      return new EpollStream(this.reactor, registration);
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  override drop(): void {
    if (this.done) return;
    this.done = true;
    if (this.registration === null) return;
    this.registration.forgetWriter();
    this.reactor.release(this.registration);
  }

  /** Starts to connect, and only then registers: epoll reports a socket that has not even begun as hung up. */
  private begin(): Registration {
    const { address, reactor } = this;
    const { systemCalls } = reactor.counters;
    const fd = openSocket(addressFamily(address), true);
    systemCalls.set_up++;
    try {
      setNoDelay(fd);
      const result = connectSocket(fd, address);
      systemCalls.set_up += 2;
      if (result < 0 && result !== -ERRNO.EINPROGRESS) throw this.failure(result);
      return reactor.adopt(fd, result === 0 ? WRITABLE : 0);
    } catch (error) {
      closeFd(fd);
      systemCalls.close++;
      throw error;
    }
  }

  private failure(errno: number): Error {
    return systemError(errno, "connect", { address: this.address.host, port: this.address.port });
  }
}
