// An epoll instance: the lowest level of this package, on which the driver is built. See epoll(7).
import { ERRNO, systemError } from "@pollab/io-sys";
import { linux } from "../system/kernel.ts";
import type { NativePoller } from "../system/native.ts";
import { System } from "../system/system.ts";
import { Events } from "./events.ts";
import { Registry } from "./registry.ts";

const INTERRUPTED = -ERRNO.EINTR;

const DEFAULT_EVENT_CAPACITY = 1024;

/** Sizes; each has a default. */
export interface PollOptions {
  /** How many events one wait returns at most: 1024 unless given. */
  readonly eventCapacity?: number;
}

/** Waits for descriptors to become ready. Belongs to the thread that made it. */
export class Poll {
  readonly registry: Registry;
  /** What the latest `wait` returned. */
  readonly events: Events;
  private readonly system: System;
  private readonly poller: NativePoller;
  private open = true;

  private constructor(system: System, poller: NativePoller) {
    this.system = system;
    this.poller = poller;
    this.registry = new Registry(system, poller);
    this.events = new Events(poller);
  }

  /** @throws AddonMissingError, SystemError such as EMFILE, RangeError for a size that is none */
  static create(options: PollOptions = {}): Poll {
    return Poll.on(new System(linux), options);
  }

  /** For drivers. @internal */
  static on(system: System, { eventCapacity = DEFAULT_EVENT_CAPACITY }: PollOptions): Poll {
    if (!Number.isInteger(eventCapacity) || eventCapacity < 1) {
      throw new RangeError(`eventCapacity: expected a whole number of at least 1, got ${eventCapacity}`);
    }
    const poller = system.createPoller(eventCapacity);
    if (typeof poller === "number") throw systemError(poller, "epoll_create1");
    return new Poll(system, poller);
  }

  /** The epoll instance, which is itself readable while it has events. */
  get fd(): number {
    return this.poller.fd;
  }

  /**
   * Waits for events, and returns those that there are by then. A signal ends it early: see `Events.interrupted`.
   *
   * @param timeoutMs fractions are rounded up, or the last part of a millisecond would be spent spinning; Infinity waits without
   *   a limit, which makes the thread impossible to terminate
   * @throws SystemError such as EBADF after `close`
   */
  wait(timeoutMs: number): Events {
    const { events } = this;
    const count = this.system.wait(this.poller, wholeMs(timeoutMs));
    events.interrupted = count === INTERRUPTED;
    events.length = Math.max(count, 0);
    if (count < 0 && !events.interrupted) throw systemError(count, "epoll_wait");
    return events;
  }

  /** Closes the epoll instance, not the descriptors that it watches. Idempotent. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.poller.close(this.poller.events);
    this.events.length = 0;
  }
}

const NO_LIMIT = -1;
const MAX_WAIT_MS = 2 ** 31 - 1;

function wholeMs(timeoutMs: number): number {
  if (timeoutMs === Infinity) return NO_LIMIT;
  return Math.min(Math.ceil(Math.max(timeoutMs, 0)), MAX_WAIT_MS);
}
