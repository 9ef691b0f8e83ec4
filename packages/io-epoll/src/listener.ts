// A listening TCP socket on the reactor.
import {
  acceptSocket,
  closeFd,
  ERRNO,
  type IoBuffer,
  setNoDelay,
  type SocketAddress,
  systemError,
} from "@pollab/io-sys";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import type { TcpListener } from "@pollab/runtime-core/io";
import { ConcurrentOperationError } from "./concurrent-operation-error.ts";
import type { Reactor } from "./reactor.ts";
import { READABLE, WRITABLE } from "./readiness.ts";
import type { Registration } from "./registration.ts";
import { EpollStream } from "./stream.ts";

/** A listening socket; `EpollNet.listen` makes it. */
export class EpollListener implements TcpListener<IoBuffer> {
  readonly address: SocketAddress;
  private readonly reactor: Reactor;
  private readonly registration: Registration;
  private accepting: Accept | null = null;

  constructor(reactor: Reactor, registration: Registration, address: SocketAddress) {
    this.reactor = reactor;
    this.registration = registration;
    this.address = address;
  }

  /**
   * The next connection, set to send small writes at once. One that was reset before it could be accepted is passed over.
   *
   * @throws SystemError EMFILE, ENFILE when there are too many descriptors: the connection stays queued, and the next `accept`
   *   tries again at once, so close something or sleep first; ECANCELED after `close`
   */
  accept(): Future<EpollStream> {
    return new Accept(this);
  }

  close(): void {
    this.reactor.release(this.registration);
  }

  /** For `Accept`: its turn, which it has until `yieldTurn`. @internal */
  takeTurn(accept: Accept): void {
    if (this.accepting !== null && this.accepting !== accept) throw new ConcurrentOperationError("accept");
    this.accepting = accept;
  }

  /** For `Accept`: nothing when it does not have the turn. @internal */
  yieldTurn(accept: Accept): void {
    if (this.accepting !== accept) return;
    this.registration.forgetReader();
    this.accepting = null;
  }

  /** For `Accept`. @internal */
  pollAccept(cx: Context): Poll<EpollStream> {
    const { reactor, registration } = this;
    const { systemCalls } = reactor.counters;
    while (registration.pollReadable(cx, "accept")) {
      const fd = acceptSocket(registration.fd, true);
      systemCalls.accept4++;
      if (fd >= 0) {
        cx.budget--;
        return this.streamOf(fd);
      }
      if (fd === -ERRNO.EAGAIN) registration.acceptWouldWait();
      else if (fd !== -ERRNO.ECONNABORTED && fd !== -ERRNO.EINTR) throw systemError(fd, "accept");
    }
    return Pending;
  }

  private streamOf(fd: number): EpollStream {
    const { reactor } = this;
    try {
      setNoDelay(fd);
      reactor.counters.systemCalls.set_up++;
      // Whether there is something to read is cheaper found out by reading.
      return new EpollStream(reactor, reactor.adopt(fd, READABLE | WRITABLE));
    } catch (error) {
      closeFd(fd);
      throw error;
    }
  }
}

class Accept extends Future<EpollStream> {
  /** Null once done. */
  private listener: EpollListener | null;

  constructor(listener: EpollListener) {
    super();
    this.listener = listener;
  }

  override poll(cx: Context): Poll<EpollStream> {
    const { listener } = this;
    if (listener === null) throw new PolledAfterCompletionError("accept");
    try {
      listener.takeTurn(this);
      const result = listener.pollAccept(cx);
      if (result !== Pending) this.drop();
      return result;
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  override drop(): void {
    this.listener?.yieldTurn(this);
    this.listener = null;
  }
}
