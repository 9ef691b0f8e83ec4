// A listening socket on the reactor: what TCP and Unix listeners have in common.
import { ERRNO } from "@pollab/io-sys";
import { type Context, Future, Pending, type Poll, PolledAfterCompletionError } from "@pollab/runtime-core/future";
import { ConcurrentOperationError } from "../concurrent-operation-error.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Registration } from "../reactor/registration.ts";

/** Connections come in on it, and are made into `S`. */
export abstract class Listener<S> {
  /** For subclasses. @internal */
  protected readonly reactor: Reactor;
  /** Its place in the reactor. @internal */
  protected readonly registration: Registration;
  private accepting: Accept<S> | null = null;

  constructor(reactor: Reactor, registration: Registration) {
    this.reactor = reactor;
    this.registration = registration;
  }

  /**
   * The next connection. One that was reset before it could be accepted is passed over.
   *
   * @throws SystemError EMFILE, ENFILE when there are too many descriptors: the connection stays queued, and the next `accept`
   *   tries again at once, so close something or sleep first; ECANCELED after `close`
   */
  accept(): Future<S> {
    return new Accept(this);
  }

  /** Stops listening. An `accept` that waits fails with ECANCELED. Idempotent. */
  close(): void {
    this.reactor.release(this.registration);
  }

  /** For `Accept`: its turn, which it has until `yieldTurn`. @internal */
  takeTurn(accept: Accept<S>): void {
    if (this.accepting !== null && this.accepting !== accept) throw new ConcurrentOperationError("accept");
    this.accepting = accept;
  }

  /** For `Accept`: nothing when it does not have the turn. @internal */
  yieldTurn(accept: Accept<S>): void {
    if (this.accepting !== accept) return;
    this.registration.forgetReader();
    this.accepting = null;
  }

  /** For `Accept`. @internal */
  pollAccept(cx: Context): Poll<S> {
    const { reactor, registration } = this;
    while (registration.pollReadable(cx, "accept")) {
      const fd = reactor.system.accept(registration.fd);
      if (fd >= 0) {
        cx.budget--;
        return this.streamOf(fd);
      }
      if (fd !== -ERRNO.ECONNABORTED) registration.refusedRead(fd, "accept");
    }
    return Pending;
  }

  /** What a new connection becomes. Owns the descriptor, also when it fails. @internal */
  protected abstract streamOf(fd: number): S;
}

class Accept<S> extends Future<S> {
  /** Null once done. */
  private listener: Listener<S> | null;

  constructor(listener: Listener<S>) {
    super();
    this.listener = listener;
  }

  override poll(cx: Context): Poll<S> {
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
