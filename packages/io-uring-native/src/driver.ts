// The driver: one ring, what is in flight on it, and how its thread waits.
// Relies on: created, used and closed on one thread, for which the kernel may reserve the ring. Other threads end its wait through an
// eventfd that the ring always polls.
import {
  adoptFd,
  BufferPool,
  closeFd,
  EventFd,
  HostWatch,
  leaving,
  MAX_WAIT_MS,
  registerParked,
  shutdownSocket,
  unregisterParked,
} from "@pollab/io-sys";
import type { Future, Waker } from "@pollab/runtime-core/future";
import type { Driver, DriverWatch } from "@pollab/runtime-core/task";
import { OP_POLL_ADD, POLLIN } from "./abi.ts";
import { type Counters, newCounters } from "./counters.ts";
import { UringFileSystem } from "./fs/file-system.ts";
import { type Kernel, nativeKernel } from "./kernel.ts";
import { UringNet } from "./net/net.ts";
import type { Operation } from "./operation.ts";
import { Operations } from "./operations.ts";
import { Readable } from "./readable.ts";
import { HOSTED_RING, openRing, OWNED_RING } from "./setup.ts";

/** Sizes; each has a default. */
export interface UringDriverOptions {
  /** The size of each buffer of `net.buffers` and `fs.buffers`; 16 KiB unless given. */
  readonly bufferBytes?: number;
  /** How many operations one system call can submit; 512 unless given. A power of two. */
  readonly sqEntries?: number;
  /**
   * How many operations the kernel has at a time without further cost; 8192 unless given. A power of two, and best more than there are
   * connections.
   */
  readonly cqEntries?: number;
}

const DEFAULT_BUFFER_BYTES = 16 * 1024;
const DEFAULT_SQ_ENTRIES = 512;
const DEFAULT_CQ_ENTRIES = 8192;

/** Holds any path, and so also any address. */
const PATH_MAX_BYTES = 4096;
const ARGUMENT_SLAB_BYTES = 16 * PATH_MAX_BYTES;

/** Of either queue, far beyond what any kernel grants. */
const MAX_ENTRIES = 2 ** 30;

const NS_PER_MS = 1_000_000;

/** One ring, with TCP and files on it. */
export class UringDriver implements Driver {
  readonly net: UringNet;
  readonly fs: UringFileSystem;
  readonly counters: Counters;
  readonly #operations: Operations;
  readonly #buffers: BufferPool;
  readonly #argumentBuffers: BufferPool;
  readonly #wakeUp: WakeUp;
  /** Whether an event loop can wait for the ring. */
  readonly #hostable: boolean;
  /** It does. */
  #host: HostWatch | null = null;
  #closed = false;

  private constructor(
    operations: Operations,
    buffers: BufferPool,
    argumentBuffers: BufferPool,
    wakeUp: WakeUp,
    hostable: boolean,
  ) {
    this.counters = operations.counters;
    this.#operations = operations;
    this.#buffers = buffers;
    this.#argumentBuffers = argumentBuffers;
    this.#wakeUp = wakeUp;
    this.#hostable = hostable;
    this.net = new UringNet(operations, buffers, argumentBuffers);
    this.fs = new UringFileSystem(operations, buffers, argumentBuffers);
  }

  /**
   * A driver for a runtime that owns its thread.
   *
   * @param kernel whom to ask for the ring; this machine's unless given
   * @throws IoUringUnavailableError that says what to change, AddonMissingError, SystemError such as EMFILE, RangeError for a size
   *   that is none
   */
  static create(options: UringDriverOptions = {}, kernel: Kernel = nativeKernel()): UringDriver {
    return UringDriver.#open(options, kernel, OWNED_RING);
  }

  /**
   * A driver for a runtime that is nested in an event loop. Its ring tells the loop of completions, which costs some time at each of
   * them; it serves a runtime that owns its thread as well.
   *
   * @param kernel whom to ask for the ring; this machine's unless given
   * @throws as `create` does
   */
  static createHosted(options: UringDriverOptions = {}, kernel: Kernel = nativeKernel()): UringDriver {
    return UringDriver.#open(options, kernel, HOSTED_RING);
  }

  static #open(options: UringDriverOptions, kernel: Kernel, flagSteps: readonly number[]): UringDriver {
    const {
      bufferBytes = DEFAULT_BUFFER_BYTES,
      sqEntries = DEFAULT_SQ_ENTRIES,
      cqEntries = DEFAULT_CQ_ENTRIES,
    } = options;
    requireEntries("sqEntries", sqEntries);
    requireEntries("cqEntries", cqEntries);
    const buffers = new BufferPool({ bufferBytes });
    const argumentBuffers = new BufferPool({ bufferBytes: PATH_MAX_BYTES, slabBytes: ARGUMENT_SLAB_BYTES });
    const counters = newCounters();
    const ring = openRing(kernel, sqEntries, cqEntries, counters, flagSteps);
    const operations = new Operations(ring, { adoptFd, closeFd, shutdownSocket }, counters);
    try {
      return new UringDriver(operations, buffers, argumentBuffers, new WakeUp(operations), flagSteps === HOSTED_RING);
    } catch (error) {
      operations.close();
      throw error;
    }
  }

  /** @throws Error when the driver is closed; SystemError when the kernel refuses to wait at all */
  park(timeoutMs: number): void {
    this.#operations.assertOpen();
    const waits = !this.#wakeUp.notified && timeoutMs > 0 && !leaving();
    // Each wait is bounded, in case that somebody ends this thread without waking it.
    this.#operations.turn(waits ? Math.ceil(Math.min(timeoutMs, MAX_WAIT_MS) * NS_PER_MS) : 0);
    this.#wakeUp.notified = false;
  }

  /** @throws Error when the driver is closed */
  poll(): void {
    this.#operations.assertOpen();
    this.#operations.turn(0);
  }

  /**
   * @throws Error when the driver is closed, has a watch, or was not made by `createHosted`; AddonMissingError, SystemError when the
   *   event loop refuses
   */
  watch(onEvents: () => void): DriverWatch {
    this.#operations.assertOpen();
    if (!this.#hostable) {
      throw new Error(
        "this ring wakes no one but a thread that waits in it; make the driver with `UringDriver.createHosted`",
      );
    }
    if (this.#host !== null) throw new Error("this driver serves a runtime already; make one for each");
    this.#host = new HostWatch(this.#operations.ring.fd, onEvents);
    // Whoever unparks before the first `poll` is heard as well.
    this.#operations.turn(0);
    return this.#host;
  }

  unpark(): void {
    // An object is never shared between threads, so this one is not parked now. Other threads use `unparkHandle`.
    this.#wakeUp.notified = true;
  }

  get unparkHandle(): { readonly eventFd: number } {
    return { eventFd: this.#wakeUp.fd };
  }

  /**
   * Completes when `fd` is readable, at its end, or in error. Drop it before closing `fd`.
   *
   * @throws SystemError such as EBADF
   */
  readable(fd: number): Future<void> {
    return new Readable(this.#operations, fd);
  }

  /**
   * Cancels what is in flight (futures that are still held fail with ECANCELED), then frees the ring and every buffer. Connections and
   * files that are still open stay so; closing them remains possible.
   *
   * @throws when the kernel does not let go of an operation; then the ring and the buffers are left to it
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Before the ring that it watches is closed.
    this.#host?.close();
    this.#wakeUp.stop();
    this.#operations.close();
    this.#wakeUp.close();
    this.#buffers.close();
    this.#argumentBuffers.close();
  }
}

function requireEntries(name: string, entries: number): void {
  if (Number.isInteger(entries) && entries >= 1 && entries <= MAX_ENTRIES) return;
  throw new RangeError(`${name}: expected a whole number of entries from 1 to ${MAX_ENTRIES}, got ${entries}`);
}

/** The eventfd that other threads signal, and the standing wait for it. */
class WakeUp implements Waker {
  /** The next `park` returns at once. Set also by a signal that a `poll` has collected. */
  notified = false;
  readonly #operations: Operations;
  readonly #event: EventFd;
  #wait: Operation | null = null;

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#event = EventFd.create();
    registerParked(this.#event.fd);
    this.#arm();
  }

  get fd(): number {
    return this.#event.fd;
  }

  /** The wait has ended. */
  wake(): void {
    const wait = this.#wait;
    if (wait === null) return;
    this.notified = true;
    this.#operations.take(wait);
    this.#operations.counters.systemCalls.read++;
    this.#event.drain();
    this.#arm();
  }

  stop(): void {
    const wait = this.#wait;
    this.#wait = null;
    if (wait !== null) this.#operations.drop(wait);
  }

  close(): void {
    unregisterParked(this.#event.fd);
    this.#event.close();
  }

  #arm(): void {
    const wait = this.#operations.prepare(OP_POLL_ADD, null);
    wait.fd = this.#event.fd;
    wait.flags = POLLIN;
    this.#wait = wait;
    this.#operations.enqueue(wait, this);
  }
}
