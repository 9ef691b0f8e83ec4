// The reactor: the registrations in an epoll instance, and the dispatch of events to them.
// Each descriptor is registered once and edge-triggered, and leaves epoll before it is closed. An event's token is the
// registration's index and generation: an event of one that has gone finds another generation at its index, and is ignored.
import { Failures, SystemError } from "@pollab/io-sys";
import type { Events } from "../poll/events.ts";
import { Interest } from "../poll/interest.ts";
import { Poll } from "../poll/poll.ts";
import { HIGH_UNIT } from "../poll/token.ts";
import type { EpollCounters } from "../system/counters.ts";
import type { System } from "../system/system.ts";
import { ALWAYS, readinessOf } from "./readiness.ts";
import { type Dispose, Registration } from "./registration.ts";

/** A generation is the upper part of a token. */
const LAST_GENERATION = 2 ** 21 - 1;

/** The index of what is not in epoll. */
const NOWHERE = -1;

const SOCKET_INTEREST = Interest.readable + Interest.writable;

export class Reactor {
  readonly system: System;
  closed = false;
  private readonly poll: Poll;
  private readonly slots: (Registration | null)[] = [];
  /** Of each index: the generation that its next registration gets. */
  private readonly generations: number[] = [];
  private readonly vacant: number[] = [];
  /** By descriptor: whose it is in epoll. */
  private readonly holders: (Registration | null)[] = [];
  /** Those that are not in epoll. */
  private readonly outside = new Set<Registration>();
  private readonly closeFd: Dispose;

  /** @param eventCapacity how many events one wait returns at most. @throws SystemError such as EMFILE, AddonMissingError */
  constructor(system: System, eventCapacity: number) {
    this.system = system;
    this.poll = Poll.on(system, { eventCapacity });
    this.closeFd = (fd) => system.close(fd);
  }

  /** @throws Error when it is closed */
  assertOpen(): void {
    if (this.closed) throw new Error("this epoll driver was closed; make another one");
  }

  get counters(): EpollCounters {
    return this.system.counters;
  }

  /** The epoll instance, which is itself readable while it has events. */
  get fd(): number {
    return this.poll.fd;
  }

  /** How many descriptors there are, those that are not in epoll included. */
  get size(): number {
    return this.slots.length - this.vacant.length + this.outside.size;
  }

  /**
   * Registers a descriptor and owns it from then on, also when that fails: it is closed by {@link Reactor.release}.
   *
   * @param ready what it is taken to be ready for until an event or a system call says more
   * @throws SystemError such as ENOSPC, ENOMEM
   */
  adopt(fd: number, ready: number, interest: number = SOCKET_INTEREST): Registration {
    return this.own(fd, ready, interest, this.closeFd);
  }

  /** Two descriptors that were made together: both or none. */
  adoptBoth([first, second]: readonly [number, number], ready: number): [Registration, Registration] {
    let adopted: Registration;
    try {
      adopted = this.adopt(first, ready);
    } catch (error) {
      this.closeFd(second);
      throw error;
    }
    try {
      return [adopted, this.adopt(second, ready)];
    } catch (error) {
      this.release(adopted);
      throw error;
    }
  }

  /** The same with another way than close(2) to be rid of it. */
  own(fd: number, ready: number, interest: number, dispose: Dispose): Registration {
    try {
      return this.register(fd, interest, ready, dispose);
    } catch (error) {
      dispose(fd);
      throw error;
    }
  }

  /** Registers somebody else's descriptor. @throws SystemError such as EBADF, EEXIST, EPERM for a regular file */
  watch(fd: number, interest: number): Registration {
    return this.register(fd, interest, 0, null);
  }

  /** A descriptor that epoll does not take, because it never makes anybody wait. */
  alwaysReady(fd: number, dispose: Dispose | null): Registration {
    this.assertOpen();
    const registration = new Registration(fd, NOWHERE, 0, ALWAYS, dispose, this.counters);
    this.outside.add(registration);
    return registration;
  }

  /** Ends a registration, and disposes of the descriptor if it was adopted. Whoever waits is woken. Idempotent. */
  release(registration: Registration): void {
    if (registration.released) return;
    const { dispose, fd, index } = registration;
    if (index === NOWHERE) {
      this.outside.delete(registration);
    } else {
      this.deregister(registration);
      this.vacate(index);
    }
    dispose?.(fd);
    registration.release();
  }

  /**
   * One epoll_wait(2) and the dispatch of what it returned. A signal ends it early, so that JavaScript gets to run.
   *
   * @param timeoutMs a limit there is always: a thread that waits cannot be terminated
   */
  wait(timeoutMs: number): void {
    this.assertOpen();
    const { counters } = this;
    counters.waits++;
    const events = this.poll.wait(timeoutMs);
    const count = events.length;
    counters.events += count;
    if (events.interrupted) counters.interrupted++;
    this.dispatch(events, 0, count);
  }

  /** The events from `from` on. An edge is reported once: a waker that throws must not keep the others from theirs. */
  private dispatch(events: Events, from: number, count: number): void {
    let at = from;
    try {
      while (at < count) {
        const registration = this.slots[events.tokenLowAt(at)];
        const generation = events.tokenHighAt(at);
        const ready = readinessOf(events.flagsAt(at));
        at++;
        if (registration === null || registration === undefined || registration.generation !== generation) {
          this.counters.stale++;
        } else {
          registration.becomeReady(ready);
        }
      }
    } finally {
      if (at < count) this.dispatch(events, at, count);
    }
  }

  /** Releases every registration, then the epoll instance. @throws what the first waker threw that threw */
  close(): void {
    this.closed = true;
    const failures = new Failures();
    for (const registration of [...this.slots, ...this.outside]) {
      if (registration !== null) failures.guard(() => this.release(registration));
    }
    this.poll.close();
    failures.rethrow();
  }

  private register(fd: number, interest: number, ready: number, dispose: Dispose | null): Registration {
    this.assertOpen();
    const index = this.vacant.pop() ?? this.slots.length;
    const generation = this.generations[index] ?? 0;
    this.generations[index] = generation === LAST_GENERATION ? 0 : generation + 1;
    const registration = new Registration(fd, index, generation, ready, dispose, this.counters);
    this.slots[index] = registration;
    try {
      this.poll.registry.register(fd, generation * HIGH_UNIT + index, interest);
      this.holders[fd] = registration;
    } catch (error) {
      this.vacate(index);
      throw error;
    }
    return registration;
  }

  private deregister(registration: Registration): void {
    const { fd } = registration;
    // Somebody else's descriptor was closed by its owner, and another one has the number, and its place in epoll.
    if (this.holders[fd] !== registration) return;
    this.holders[fd] = null;
    try {
      this.poll.registry.deregister(fd);
    } catch (error) {
      // The descriptor was closed by others, and with that left epoll.
      if (!(error instanceof SystemError)) throw error;
    }
  }

  private vacate(index: number): void {
    this.slots[index] = null;
    this.vacant.push(index);
  }
}
