// The driver: how an executor's thread waits in epoll, and what it offers to do there.
import { BufferPool, HostWatch, leaving, MAX_WAIT_MS, type SignalName } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { Driver, DriverWatch } from "@pollab/runtime-core/task";
import { BlockingFileSystem } from "./fs/blocking-file-system.ts";
import { EpollNet } from "./net/net.ts";
import { Interest } from "./poll/interest.ts";
import type { EpollPipeReader } from "./pipe/pipe-reader.ts";
import type { EpollPipeWriter } from "./pipe/pipe-writer.ts";
import { Pipes } from "./pipe/pipes.ts";
import { AsyncFd } from "./reactor/async-fd.ts";
import { Reactor } from "./reactor/reactor.ts";
import { Readable } from "./reactor/readable.ts";
import type { Registration } from "./reactor/registration.ts";
import { EpollSignal } from "./signal.ts";
import type { EpollCounters } from "./system/counters.ts";
import { type Kernel, linux } from "./system/kernel.ts";
import { System } from "./system/system.ts";

/** Sizes; each has a default. */
export interface EpollDriverOptions {
  /** The size of the buffers that `net.buffers` gives out: 16 KiB unless given. */
  readonly bufferBytes?: number;
  /** How many events one wait returns at most: 1024 unless given. */
  readonly eventCapacity?: number;
}

const DEFAULT_BUFFER_BYTES = 16 * 1024;
const DEFAULT_EVENT_CAPACITY = 1024;

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Waits for readiness. Belongs to the thread that made it. */
export class EpollDriver implements Driver {
  readonly net: EpollNet;
  /** Files, on the blocking threads of the runtime that polls: see `CurrentThread`'s option `blocking`. */
  readonly fs: BlockingFileSystem;
  private readonly pipes: Pipes;
  private readonly reactor: Reactor;
  /** The eventfd that ends a wait. It is edge-triggered, so it needs no draining to report the next signal. */
  private readonly wakeUps: Registration;
  /** The next `park` returns at once. */
  private notified = false;
  /** The host's event loop waits for this driver. */
  private host: HostWatch | null = null;
  /** It has said that there are events. */
  private announced = false;

  private constructor(reactor: Reactor, buffers: BufferPool) {
    const { system } = reactor;
    this.reactor = reactor;
    this.wakeUps = reactor.adopt(system.createEventFd(), 0, Interest.readable);
    this.net = new EpollNet(reactor, buffers);
    this.fs = new BlockingFileSystem(buffers);
    this.pipes = new Pipes(reactor);
    system.registerParked(this.wakeUps.fd);
  }

  /** @throws AddonMissingError, SystemError such as EMFILE, RangeError for a size that is none */
  static create(options: EpollDriverOptions = {}): EpollDriver {
    const { bufferBytes = DEFAULT_BUFFER_BYTES } = options;
    return EpollDriver.on(linux, options, new BufferPool({ bufferBytes }));
  }

  /** On a kernel and with buffers of a test's. @internal */
  static on(kernel: Kernel, options: EpollDriverOptions, buffers: BufferPool): EpollDriver {
    const { eventCapacity = DEFAULT_EVENT_CAPACITY } = options;
    const reactor = new Reactor(new System(kernel), eventCapacity);
    try {
      return new EpollDriver(reactor, buffers);
    } catch (error) {
      reactor.close();
      throw error;
    }
  }

  get counters(): EpollCounters {
    return this.reactor.counters;
  }

  /** How many descriptors are registered, apart from the driver's own. */
  get registrations(): number {
    return this.reactor.size - (this.wakeUps.released ? 0 : 1);
  }

  get unparkHandle(): { readonly eventFd: number } {
    return { eventFd: this.wakeUps.fd };
  }

  /**
   * Waits for at most {@link MAX_WAIT_MS}, in whole milliseconds, rounded up. A signal, an event and `unpark` end it early.
   *
   * @throws Error when the driver is closed
   */
  park(timeoutMs: number): void {
    const mayWait = !this.notified && timeoutMs > 0 && !leaving();
    this.reactor.wait(mayWait ? Math.min(timeoutMs, MAX_WAIT_MS) : 0);
    // What other threads asked for by now was to end this wait.
    this.wakeUps.takeReadable();
    this.notified = false;
  }

  /** @throws Error when the driver is closed */
  poll(): void {
    this.reactor.assertOpen();
    if (this.host === null ? this.registrations === 0 : !this.announced) return;
    this.announced = false;
    this.reactor.wait(0);
    // The edge is spent, so it has to be remembered for the next `park`.
    if (this.wakeUps.takeReadable()) this.notified = true;
  }

  unpark(): void {
    // An object is never shared between threads, so this one is not parked now. Other threads use `unparkHandle`.
    this.notified = true;
  }

  /** @throws Error when the driver is closed or has a watch; AddonMissingError, SystemError when the event loop refuses */
  watch(onEvents: () => void): DriverWatch {
    this.reactor.assertOpen();
    if (this.host !== null) throw new Error("this driver serves a runtime already; make one for each");
    return (this.host = new HostWatch(this.reactor.fd, () => {
      this.announced = true;
      onEvents();
    }));
  }

  /**
   * Completes when `fd`, which may be anything that epoll takes and stays its owner's, is readable; an eventfd that another
   * thread signals, for example. It must not be closed before that, or before the future is dropped.
   *
   * Fails with SystemError: EEXIST when somebody waits for it already, EBADF, EPERM for a regular file.
   */
  readable(fd: number): Future<void> {
    return new Readable(this.reactor, fd);
  }

  /**
   * Any descriptor that epoll takes, for whoever reads and writes it himself; it stays its owner's.
   *
   * @param interest a sum of the values of `Interest`: readable and writable unless given
   * @throws SystemError EEXIST when it is registered already, EBADF, EPERM for a regular file; RangeError
   */
  asyncFd(fd: number, interest?: number): AsyncFd {
    return new AsyncFd(this.reactor, fd, interest);
  }

  /** A pipe: the end to read from, then the end to write to. @throws SystemError such as EMFILE */
  pipe(): readonly [EpollPipeReader, EpollPipeWriter] {
    return this.pipes.create();
  }

  /**
   * A pipe or FIFO that was opened for reading by others, who give it up: it does not block from now on, and is closed with the
   * reader, or when this fails.
   *
   * @throws SystemError such as EBADF, EPERM for a regular file
   */
  pipeReader(fd: number): EpollPipeReader {
    return this.pipes.adoptReader(fd);
  }

  /** The same for writing. */
  pipeWriter(fd: number): EpollPipeWriter {
    return this.pipes.adoptWriter(fd);
  }

  /**
   * Standard input. A file is read as it is, during which the thread waits for the disk. `close` leaves descriptor 0 open, and as it
   * was found.
   *
   * @throws SystemError such as EEXIST when it is waited for already, by `readable` for example
   */
  stdin(): EpollPipeReader {
    return this.pipes.standardReader(STDIN);
  }

  /** Standard output: as standard input. */
  stdout(): EpollPipeWriter {
    return this.pipes.standardWriter(STDOUT);
  }

  /** Standard error: as standard input. */
  stderr(): EpollPipeWriter {
    return this.pipes.standardWriter(STDERR);
  }

  /**
   * The arrivals of a signal at the process, on any thread. What the signal does otherwise does not happen meanwhile, except that
   * listeners of `process.on` are called too, when the main thread gets to it.
   *
   * @throws SystemError EINVAL for a signal that cannot be listened for, EMFILE
   */
  signal(name: SignalName): EpollSignal {
    return new EpollSignal(this.reactor, name);
  }

  /** Closes everything that this driver opened; operations that wait fail with ECANCELED. Frees its buffers. */
  close(): void {
    if (this.reactor.closed) return;
    this.reactor.system.unregisterParked(this.wakeUps.fd);
    // Before the epoll instance that it watches is closed.
    this.host?.close();
    try {
      this.reactor.close();
    } finally {
      this.net.buffers.close();
    }
  }
}
