// The reactor: an epoll instance, the registrations in it, and the dispatch of events to them.
// Each descriptor is registered once and edge-triggered, and leaves epoll before it is closed. An event's token is the
// registration's index and generation: an event of one that has gone finds another generation at its index, and is ignored.
import { closeFd, ERRNO, systemError } from "@pollab/io-sys";
import { createCounters, type EpollCounters } from "./counters.ts";
import { native, type NativePoller } from "./native.ts";
import { READ_INTEREST, readinessOf, SOCKET_INTEREST } from "./readiness.ts";
import { Registration } from "./registration.ts";

const INTERRUPTED = -ERRNO.EINTR;

/** Tokens are int32. */
const LAST_GENERATION = 0x7fff_ffff;

export class Reactor {
  readonly counters: EpollCounters = createCounters();
  private readonly poller: NativePoller;
  private readonly events: Int32Array;
  private readonly stride: number;
  private readonly flagsAt: number;
  private readonly tokenAt: number;
  private readonly slots: (Registration | null)[] = [];
  /** Of each index: the generation that its next registration gets. */
  private readonly generations: number[] = [];
  private readonly vacant: number[] = [];
  /** Descriptors that are closed with their registration. */
  private readonly adopted = new Set<Registration>();
  closed = false;

  /** @param capacity how many events one wait returns at most. @throws SystemError such as EMFILE, AddonMissingError */
  constructor(capacity: number) {
    const poller = native().createPoller(capacity);
    if (typeof poller === "number") throw systemError(poller, "epoll_create1");
    this.poller = poller;
    this.events = new Int32Array(poller.events);
    this.stride = poller.strideBytes / Int32Array.BYTES_PER_ELEMENT;
    this.flagsAt = poller.flagsOffsetBytes / Int32Array.BYTES_PER_ELEMENT;
    this.tokenAt = poller.tokenOffsetBytes / Int32Array.BYTES_PER_ELEMENT;
  }

  /** @throws Error when it is closed */
  assertOpen(): void {
    if (this.closed) throw new Error("this epoll driver was closed; make another one");
  }

  /** The epoll instance, which is itself readable while it has events. */
  get fd(): number {
    return this.poller.fd;
  }

  /** How many descriptors are registered. */
  get size(): number {
    return this.slots.length - this.vacant.length;
  }

  /**
   * Registers a socket and owns it from then on: it is closed by {@link Reactor.release}.
   *
   * @param ready what it is taken to be ready for until an event or a system call says more
   * @throws SystemError such as ENOSPC, ENOMEM; the caller then still owns the socket
   */
  adopt(fd: number, ready: number): Registration {
    const registration = this.register(fd, SOCKET_INTEREST, ready);
    this.adopted.add(registration);
    return registration;
  }

  /** Registers somebody else's descriptor for reading. @throws SystemError such as EBADF, EEXIST, EPERM for a regular file */
  watch(fd: number): Registration {
    return this.register(fd, READ_INTEREST, 0);
  }

  /** Ends a registration, and closes the descriptor if it was adopted. Whoever waits is woken. Idempotent. */
  release(registration: Registration): void {
    if (registration.released) return;
    const { fd, index } = registration;
    const { systemCalls } = this.counters;
    // Nothing to do about a failure: it means that the descriptor was closed by others, and with that left epoll.
    this.poller.delete(fd);
    systemCalls.epoll_ctl++;
    this.vacate(index);
    if (this.adopted.delete(registration)) {
      closeFd(fd);
      systemCalls.close++;
    }
    registration.release();
  }

  /** One epoll_wait(2) and the dispatch of what it returned. A signal ends it early, so that JavaScript gets to run. */
  wait(timeoutMs: number): void {
    this.assertOpen();
    const { counters, events, stride } = this;
    const count = this.poller.wait(timeoutMs);
    counters.systemCalls.epoll_wait++;
    counters.waits++;
    if (count < 0) {
      this.endedEarly(count);
      return;
    }
    counters.events += count;
    for (let at = 0; at < count * stride; at += stride) {
      const token = at + this.tokenAt;
      const registration = this.slots[events[token]];
      if (registration === null || registration === undefined || registration.generation !== events[token + 1]) {
        counters.stale++;
      } else {
        registration.becomeReady(readinessOf(events[at + this.flagsAt]));
      }
    }
  }

  /** Releases every registration, then the epoll instance. */
  close(): void {
    this.closed = true;
    for (const registration of this.slots) {
      if (registration !== null) this.release(registration);
    }
    this.poller.close(this.poller.events);
  }

  private register(fd: number, interest: number, ready: number): Registration {
    this.assertOpen();
    const index = this.vacant.pop() ?? this.slots.length;
    const generation = this.generations[index] ?? 0;
    this.generations[index] = generation === LAST_GENERATION ? 0 : generation + 1;
    const registration = new Registration(fd, index, generation, ready, this.counters);
    this.slots[index] = registration;
    const result = this.poller.add(fd, interest, index, generation);
    this.counters.systemCalls.epoll_ctl++;
    if (result < 0) {
      this.vacate(index);
      throw systemError(result, "epoll_ctl");
    }
    return registration;
  }

  private vacate(index: number): void {
    this.slots[index] = null;
    this.vacant.push(index);
  }

  private endedEarly(result: number): void {
    if (result !== INTERRUPTED) throw systemError(result, "epoll_wait");
    this.counters.interrupted++;
  }
}
