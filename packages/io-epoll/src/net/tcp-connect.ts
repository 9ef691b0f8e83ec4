// A TCP connection under way. The socket belongs to it until the stream does.
import { addressFamily, ERRNO, type SocketAddress, systemError } from "@pollab/io-sys";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import type { Reactor } from "../reactor/reactor.ts";
import { WRITABLE } from "../reactor/readiness.ts";
import type { Registration } from "../reactor/registration.ts";
import type { Transport } from "../stream/transport.ts";
import { EpollStream, sendAtOnce } from "./tcp-stream.ts";

export class Connect extends Future<EpollStream> {
  private readonly reactor: Reactor;
  private readonly transport: Transport;
  private readonly address: SocketAddress;
  private registration: Registration | null = null;
  private done = false;

  constructor(reactor: Reactor, transport: Transport, address: SocketAddress) {
    super();
    this.reactor = reactor;
    this.transport = transport;
    this.address = address;
  }

  override poll(cx: Context): Poll<EpollStream> {
    if (this.done) throw new PolledAfterCompletionError("connect");
    try {
      const registration = (this.registration ??= this.begin());
      if (!registration.pollWritable(cx, "connect")) return Pending;
      const error = this.reactor.system.socketError(registration.fd);
      if (error !== 0) throw this.failure(error);
      cx.budget--;
      this.done = true;
      return new EpollStream(this.reactor, registration, this.transport);
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
    const { system } = reactor;
    const fd = system.openTcp(addressFamily(address));
    let result: number;
    try {
      sendAtOnce(system, fd);
      result = system.connect(fd, address);
      // Interrupted, it goes on: see connect(2).
      if (result < 0 && result !== -ERRNO.EINPROGRESS && result !== -ERRNO.EINTR) throw this.failure(result);
    } catch (error) {
      system.close(fd);
      throw error;
    }
    return reactor.adopt(fd, result === 0 ? WRITABLE : 0);
  }

  private failure(errno: number): Error {
    return systemError(errno, "connect", { address: this.address.host, port: this.address.port });
  }
}
