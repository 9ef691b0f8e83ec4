// Ends a wait from another thread, by an eventfd(2) that the epoll instance watches.
import { EventFd } from "@pollab/io-sys";
import { Interest } from "./interest.ts";
import type { Registry } from "./registry.ts";
import type { Token } from "./token.ts";

/** A descriptor that is there to be made readable; the event has its token. One for each `Poll` is enough. */
export class PollWaker {
  private readonly registry: Registry;
  private readonly eventFd: EventFd;
  private open = true;

  private constructor(registry: Registry, eventFd: EventFd) {
    this.registry = registry;
    this.eventFd = eventFd;
  }

  /** @throws SystemError such as EMFILE; RangeError when the token is none */
  static create(registry: Registry, token: Token): PollWaker {
    const eventFd = EventFd.create();
    try {
      registry.register(eventFd.fd, token, Interest.readable);
    } catch (error) {
      eventFd.close();
      throw error;
    }
    return new PollWaker(registry, eventFd);
  }

  /** What other threads end the wait with, by `signalEventFd` of io-sys, until `close`. */
  get fd(): number {
    return this.eventFd.fd;
  }

  /** Ends the wait in progress, or the next one. Wakes before a wait are one event. */
  wake(): void {
    this.eventFd.signal();
  }

  /** Before the `Poll` is closed. Idempotent. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    try {
      this.registry.deregister(this.eventFd.fd);
    } finally {
      this.eventFd.close();
    }
  }
}
