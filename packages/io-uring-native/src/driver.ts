// The driver: one ring, what is in flight on it, and how its thread waits.
// Relies on: created, used and closed on one thread, for which the kernel may reserve the ring. Other threads end its wait through an
// eventfd that the ring always polls.
import { adoptFd, BufferPool, closeFd, leaving, MAX_WAIT_MS, shutdownSocket } from "@pollab/io-sys";
import type { Future } from "@pollab/runtime-core/future";
import type { Driver, DriverWatch } from "@pollab/runtime-core/task";
import { BufferGroups } from "./buffers/buffer-groups.ts";
import { type Counters, newCounters } from "./counters.ts";
import { UringFileSystem } from "./fs/file-system.ts";
import { HostedRing } from "./hosted-ring.ts";
import { type Kernel, nativeKernel } from "./kernel.ts";
import { UringNet } from "./net/net.ts";
import type { MessageHandle } from "./messages.ts";
import { Operations } from "./operations.ts";
import { Readable } from "./readable.ts";
import { UringRequests } from "./requests.ts";
import { HOSTED_RING, openPolledRing, openRing, OWNED_RING } from "./setup.ts";
import { WakeUp } from "./wake-up.ts";

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
  /**
   * How many connections may have a descriptor that only the ring knows; none unless given. Such a descriptor costs less at each
   * operation; the options and addresses of its connection are out of reach.
   */
  readonly directDescriptors?: number;
  /**
   * How many open files of `fs` the ring knows beforehand, which spares their transfers looking the descriptor up; none unless given.
   * Opening and closing such a file takes one more system call each. Files beyond that number are used as they are. Before Linux 6.13 the
   * kernel lets go of such a file only when everything that was begun before its close has ended: have regular files registered, not pipes.
   */
  readonly registerFiles?: number;
  /**
   * Whether the memory of buffers is registered with the ring at its first use, and so stays in memory: reads and writes of files and
   * zero-copy sends are spared looking its pages up. It counts towards `ulimit -l`; beyond that, buffers are used as they are.
   */
  readonly registerBuffers?: boolean;
  /**
   * Who makes the reads of files at a position. "ring", which it is unless given: the ring makes all of them. "inline": the thread first
   * asks the page cache in place, and the ring makes those that would have to wait, and all others while it has one of the same file. A
   * read on its own takes about half the time where the file is in memory, and a system call for nothing where it is not.
   */
  readonly cachedReads?: "ring" | "inline";
  /** How long the network devices in use are polled, in microseconds, before the thread sleeps; they are not unless given. */
  readonly napiBusyPollUs?: number;
  /**
   * A thread of the kernel that submits, so that this one makes no system call for it. It occupies a processor until it has found nothing
   * for this many milliseconds; there is none unless given.
   */
  readonly submissionThreadIdleMs?: number;
}

const DEFAULT_BUFFER_BYTES = 16 * 1024;
const DEFAULT_SQ_ENTRIES = 512;
const DEFAULT_CQ_ENTRIES = 8192;

/** Holds any path, and so also any address. */
const PATH_MAX_BYTES = 4096;
const ARGUMENT_SLAB_BYTES = 16 * PATH_MAX_BYTES;

/** Of either queue, far beyond what any kernel grants. */
const MAX_ENTRIES = 2 ** 30;
/** IORING_MAX_FIXED_FILES of the kernel. */
const MAX_PLACES = 2 ** 20;

const NS_PER_MS = 1_000_000;

/** One ring, with TCP and files on it. */
export class UringDriver implements Driver {
  readonly net: UringNet;
  readonly fs: UringFileSystem;
  /** Chains, times, waiting for events and cancels. */
  readonly requests: UringRequests;
  readonly counters: Counters;
  readonly #operations: Operations;
  readonly #buffers: BufferPool;
  readonly #argumentBuffers: BufferPool;
  readonly #groups: BufferGroups;
  readonly #wakeUp: WakeUp;
  /** Whether an event loop can wait for the ring. */
  readonly #hostable: boolean;
  /** It does. */
  #host: HostedRing | null = null;
  #closed = false;

  private constructor(
    operations: Operations,
    buffers: BufferPool,
    argumentBuffers: BufferPool,
    wakeUp: WakeUp,
    hostable: boolean,
    cachedReads: Kernel | null,
  ) {
    this.counters = operations.counters;
    this.#operations = operations;
    this.#buffers = buffers;
    this.#argumentBuffers = argumentBuffers;
    this.#wakeUp = wakeUp;
    this.#hostable = hostable;
    this.#groups = new BufferGroups(operations.ring.registrar, operations.features, operations.counters);
    this.net = new UringNet({ operations, buffers, argumentBuffers }, buffers, this.#groups);
    this.requests = new UringRequests(operations, argumentBuffers);
    this.fs = new UringFileSystem(operations, buffers, argumentBuffers, cachedReads);
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
    requirePlaces("registerFiles", options.registerFiles);
    requirePlaces("directDescriptors", options.directDescriptors);
    const buffers = new BufferPool({ bufferBytes });
    const argumentBuffers = new BufferPool({ bufferBytes: PATH_MAX_BYTES, slabBytes: ARGUMENT_SLAB_BYTES });
    const counters = newCounters();
    const { submissionThreadIdleMs } = options;
    const polled =
      submissionThreadIdleMs === undefined
        ? null
        : openPolledRing(kernel, sqEntries, cqEntries, counters, submissionThreadIdleMs);
    const ring =
      polled === null || typeof polled === "number"
        ? openRing(kernel, sqEntries, cqEntries, counters, flagSteps)
        : polled;
    const operations = new Operations(ring, { adoptFd, closeFd, shutdownSocket }, counters, options);
    try {
      if (typeof polled === "number") operations.features.refuse("submission thread", polled);
      if (options.napiBusyPollUs !== undefined) busyPoll(operations, options.napiBusyPollUs);
      const hostable = flagSteps === HOSTED_RING;
      const cachedReads = options.cachedReads === "inline" ? kernel : null;
      return new UringDriver(operations, buffers, argumentBuffers, new WakeUp(operations), hostable, cachedReads);
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
    if (this.#host === null) this.#operations.turn(0);
    else this.#host.turn();
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
    this.#host = new HostedRing(this.#operations, onEvents);
    // Whoever unparks before the first `poll` is heard as well.
    this.#host.turn();
    return this.#host;
  }

  unpark(): void {
    // An object is never shared between threads, so this one is not parked now. Other threads use `unparkHandle`.
    this.#wakeUp.notified = true;
  }

  get unparkHandle(): { readonly eventFd: number } {
    return { eventFd: this.#wakeUp.fd };
  }

  /** How a thread with a driver of its own wakes this one: it passes this to its driver's `wake`. It can be sent to other threads. */
  get messageHandle(): MessageHandle {
    return { ringFd: this.#operations.ring.fd, eventFd: this.#wakeUp.fd };
  }

  /**
   * Ends the wait of another thread's driver, with the next `park` or `poll` of this one and without a system call for it. That driver must
   * not be closed. @throws Error when this driver is closed
   */
  wake(other: MessageHandle): void {
    this.#operations.messages.send(other);
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
   * Cancels what is in flight (futures that are still held fail with ECANCELED), closes every connection and file, then frees the ring and
   * every buffer.
   *
   * @throws when the kernel does not let go of an operation; then the ring and the buffers are left to it. What a waker throws comes out
   *   at the end.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Before the ring that it watches is closed.
    this.#host?.close();
    this.#wakeUp.stop();
    const failures = this.#operations.close();
    this.#wakeUp.close();
    this.#groups.abandon();
    this.#buffers.close();
    this.#argumentBuffers.close();
    failures.rethrow();
  }
}

function requireEntries(name: string, entries: number): void {
  if (Number.isInteger(entries) && entries >= 1 && entries <= MAX_ENTRIES) return;
  throw new RangeError(`${name}: expected a whole number of entries from 1 to ${MAX_ENTRIES}, got ${entries}`);
}

/** More fit into no ring's table. @throws RangeError */
function requirePlaces(name: string, places: number = 0): void {
  if (Number.isInteger(places) && places >= 0 && places <= MAX_PLACES) return;
  throw new RangeError(`${name}: expected a whole number from 0 to ${MAX_PLACES}, got ${places}`);
}

function busyPoll({ ring, features }: Operations, timeoutUs: number): void {
  const result = ring.registrar.registerNapi(timeoutUs);
  if (result < 0) features.refuse("napi", result);
}
