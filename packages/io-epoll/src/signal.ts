// Signals of the process on the reactor, by an eventfd that a handler makes readable. See native/signals.h of io-sys for why so.
import type { SignalName } from "@pollab/io-sys";
import { type Context, Pending, type Poll } from "@pollab/runtime-core/future";
import { type End, Stream } from "@pollab/runtime-core/stream";
import { Interest } from "./poll/interest.ts";
import type { Reactor } from "./reactor/reactor.ts";
import type { Registration } from "./reactor/registration.ts";

/** An eventfd is read 8 bytes at a time. */
const count = new Uint8Array(8);

/**
 * Every arrival of one signal, without an end. Those that arrive before the last one was taken are one, as the kernel does it too.
 * `EpollDriver.signal` makes it. Wait for the next with `yield* signal.next()`; `drop` ends it.
 */
export class EpollSignal extends Stream<SignalName> {
  readonly name: SignalName;
  private readonly reactor: Reactor;
  private readonly registration: Registration;

  /** For the driver. @internal */
  constructor(reactor: Reactor, name: SignalName) {
    super();
    this.name = name;
    this.reactor = reactor;
    const { system } = reactor;
    reactor.assertOpen();
    const fd = system.createEventFd();
    try {
      system.watchSignal(name, fd);
    } catch (error) {
      system.close(fd);
      throw error;
    }
    this.registration = reactor.own(fd, 0, Interest.readable, () => {
      system.unwatchSignal(name, fd);
      system.close(fd);
    });
  }

  /** @throws SystemError ECANCELED after `drop` or when the driver is closed */
  override pollNext(cx: Context): Poll<SignalName | End> {
    const { reactor, registration } = this;
    while (registration.pollReadable(cx, "signal")) {
      const n = reactor.system.readView(registration.fd, count);
      if (n > 0) {
        cx.budget--;
        return this.name;
      }
      registration.refusedRead(n, "signal");
    }
    return Pending;
  }

  /** Ends it. The last one to go brings back what the signal did before. Idempotent. */
  override drop(): void {
    this.registration.forgetReader();
    this.reactor.release(this.registration);
  }
}
