// A kernel in ordinary memory, which misbehaves on purpose and by a seed: calls are interrupted, fail or move less than they could, and
// events are late, doubled, out of order, about nothing, or about what has gone. It keeps to what epoll(7) promises: after EAGAIN or a
// short transfer there is an event when more is possible.
//
// It also watches: what the driver must never do (touch a descriptor that is not open, close one that is still in epoll, name memory
// that no operation has) is a violation. All calls go into a trace, by which two runs of a seed are compared.
import { ERRNO, type SlabRanges, type SocketAddress, systemError } from "@pollab/io-sys";
import type { FairnessRandom } from "@pollab/runtime-core/task";
import { type Kernel, linux } from "../../src/system/kernel.ts";
import type { NativePoller } from "../../src/system/native.ts";
import { Connection, Datagrams, type FakeFile, Listener } from "./fake-files.ts";

const EPOLLERR = 0x008;
const EPOLLHUP = 0x010;
const ALWAYS_REPORTED = EPOLLERR | EPOLLHUP;
const EPOLLIN_AND_OUT = 0x005;

const STRIDE_WORDS = 3;
const EVENT_CAPACITY = 16;

const BACKLOG = 128;

interface Watch {
  readonly fd: number;
  flags: number;
  readonly low: number;
  readonly high: number;
  /** Something has changed since it was last reported. */
  pending: boolean;
}

/** More than the longest schedule has: whoever makes more is going round in circles. */
const MAX_CALLS = 20_000;

/** The names of calls in the trace, as numbers. */
const CALLS = new Map<string, number>();

export class FakeKernel {
  readonly violations: string[] = [];
  /** Off, every call does all it can, and every event is reported at once. */
  misbehaves = true;
  /** Events that were reported about registrations that had gone. */
  stale = 0;
  /** One number for all calls so far and their results. */
  trace = 0;
  calls = 0;
  /** Descriptors that are open, the epoll instance's not. */
  readonly files: Map<number, FakeFile> = new Map<number, FakeFile>();
  /** All that there ever were. */
  readonly connections: Connection[] = [];
  private readonly random: FairnessRandom;
  private readonly memory = new Map<number, Uint8Array>();
  private readonly watches = new Map<number, Watch>();
  private readonly gone: Watch[] = [];

  constructor(random: FairnessRandom) {
    this.random = random;
  }

  /** What the driver is given. */
  get kernel(): Kernel {
    return { ...unexpected, ...this.answers() };
  }

  /** Where a slab is, which only its buffers know. */
  learn(slab: number, buffer: ArrayBufferLike): void {
    if (!this.memory.has(slab)) this.memory.set(slab, new Uint8Array(buffer));
  }

  /** One of so many times, if it misbehaves at all. */
  chance(oneOf: number): boolean {
    return this.misbehaves && this.random.below(oneOf) === 0;
  }

  below(limit: number): number {
    return this.random.below(limit);
  }

  /** Something about a file has changed: an edge. */
  changed(file: FakeFile): void {
    const watch = this.watches.get(file.fd);
    if (watch !== undefined) watch.pending = true;
  }

  /** Whoever has this descriptor need not come to a good end. */
  disturb(fd: number): void {
    const file = this.files.get(fd);
    if (file instanceof Connection) file.disturbed = true;
  }

  /** The last of its kind that was opened. */
  newest<F extends FakeFile>(kind: new (...args: never) => F): F {
    const found = [...this.files.values()].findLast((file) => file instanceof kind);
    if (found === undefined) throw new Error(`there is no ${kind.name}`);
    return found as F;
  }

  violated(rule: string): void {
    if (this.violations.length < 5) this.violations.push(rule);
  }

  private open(file: FakeFile): number {
    let fd = 3;
    // The lowest number that is free, as the kernel does: numbers are reused as soon as they can be.
    while (this.files.has(fd)) fd++;
    file.fd = fd;
    this.files.set(fd, file);
    return fd;
  }

  private file<F extends FakeFile>(fd: number, kind: new (...args: never) => F): F {
    const file = this.files.get(fd);
    if (file instanceof kind) return file;
    this.violated(`a call on descriptor ${fd}, which is ${file === undefined ? "not open" : "something else"}`);
    throw new Error("the driver used a descriptor that is not its own");
  }

  private traced(call: string, fd: number, result: number): number {
    if (++this.calls > MAX_CALLS) throw new Error("the driver goes round in circles");
    const name = CALLS.get(call) ?? CALLS.size;
    CALLS.set(call, name);
    for (const word of [name, fd, result]) this.trace = Math.imul(this.trace ^ word, 0x0100_0193);
    return result;
  }

  /** Why a call fails, if it does. */
  private fault(oneOf: number, ...errnos: number[]): number {
    return this.chance(oneOf) ? -errnos[this.random.below(errnos.length)] : 0;
  }

  /** A fault after which the driver gives the connection up. */
  private disturbing(fd: number, fault: number): number {
    if (fault !== 0) this.disturb(fd);
    return fault;
  }

  private bytes(slab: number, offsetBytes: number, lengthBytes: number): Uint8Array {
    const memory = this.memory.get(slab);
    if (memory === undefined || offsetBytes + lengthBytes > memory.length) {
      this.violated(`memory outside of slab ${slab}`);
      throw new Error("the driver named memory that it does not have");
    }
    return memory.subarray(offsetBytes, offsetBytes + lengthBytes);
  }

  private ranges({ count, words }: SlabRanges): Uint8Array[] {
    return Array.from({ length: count }, (_, at) => this.bytes(words[at * 3], words[at * 3 + 1], words[at * 3 + 2]));
  }

  private receive(fd: number, into: readonly Uint8Array[]): number {
    const fault = this.fault(8, ERRNO.EINTR);
    return fault === 0 ? this.file(fd, Connection).receive(into) : fault;
  }

  private send(fd: number, from: readonly Uint8Array[]): number {
    const fault = this.fault(8, ERRNO.EINTR);
    return fault === 0 ? this.file(fd, Connection).send(from) : fault;
  }

  private answers(): Partial<Kernel> {
    const orThrow = (result: number, syscall: string): number => {
      if (result < 0) throw systemError(result, syscall);
      return result;
    };
    return {
      createPoller: () => this.poller(),
      createEventFd: () => this.open(new Datagrams(this)),
      registerParked: () => {},
      unregisterParked: () => {},
      listenSocket: () => this.open(new Listener(this, BACKLOG)),
      localAddress: (fd): SocketAddress => ({ host: "127.0.0.1", port: fd }),
      setSocketOption: (fd) => this.traced("setSocketOption", fd, this.disturbing(fd, this.fault(40, ERRNO.ENOMEM))),
      acceptSocket: (fd) => {
        const fault = this.fault(5, ERRNO.EINTR, ERRNO.ECONNABORTED, ERRNO.ENOBUFS, ERRNO.ENOMEM);
        const accepted = this.file(fd, Listener).accept(fault);
        return this.traced("acceptSocket", fd, typeof accepted === "number" ? accepted : this.open(accepted));
      },
      openSocket: () =>
        this.traced(
          "openSocket",
          0,
          orThrow(this.fault(30, ERRNO.ENOBUFS), "socket") + this.open(new Connection(this, "outbound")),
        ),
      connectSocket: (fd) => {
        const result = this.file(fd, Connection).connect();
        return this.traced("connectSocket", fd, result);
      },
      socketError: (fd) => this.traced("socketError", fd, this.file(fd, Connection).takeError()),
      readSlab: (fd, slab, offset, length) => {
        return this.traced("readSlab", fd, this.receive(fd, [this.bytes(slab, offset, length)]));
      },
      writeSlab: (fd, slab, offset, length) => {
        return this.traced("writeSlab", fd, this.send(fd, [this.bytes(slab, offset, length)]));
      },
      readView: (fd, view) => this.traced("readView", fd, this.receive(fd, [view])),
      writeView: (fd, view) => this.traced("writeView", fd, this.send(fd, [view])),
      readSlabs: (fd, ranges) => this.traced("readSlabs", fd, this.receive(fd, this.ranges(ranges))),
      writeSlabs: (fd, ranges) => this.traced("writeSlabs", fd, this.send(fd, this.ranges(ranges))),
      bindUdpSocket: () => this.open(new Datagrams(this)),
      receiveFrom: (fd, slab, offset, length, source) => {
        const fault = this.fault(8, ERRNO.EINTR);
        const into = this.bytes(slab, offset, length);
        const n = fault === 0 ? this.file(fd, Datagrams).receive(into, source.bytes) : fault;
        return this.traced("receiveFrom", fd, n);
      },
      sendTo: (fd, slab, offset, length) => {
        const fault = this.fault(6, ERRNO.EINTR, ERRNO.ENOBUFS);
        const n = fault === 0 ? this.file(fd, Datagrams).send(this.bytes(slab, offset, length)) : fault;
        return this.traced("sendTo", fd, n);
      },
      closeFd: (fd) => {
        const file = this.files.get(fd);
        if (file === undefined) this.violated(`descriptor ${fd} was closed, and was not open`);
        if (this.watches.has(fd)) this.violated(`descriptor ${fd} was closed before it left epoll`);
        file?.closed();
        this.files.delete(fd);
        // Interrupted or not, it is gone.
        return this.traced("closeFd", fd, this.fault(10, ERRNO.EINTR));
      },
    };
  }

  private poller(): NativePoller {
    const words = new Uint32Array(EVENT_CAPACITY * STRIDE_WORDS);
    return {
      fd: 2,
      events: words.buffer,
      strideBytes: STRIDE_WORDS * 4,
      flagsOffsetBytes: 0,
      tokenOffsetBytes: 4,
      wait: (timeoutMs) => {
        if (!Number.isInteger(timeoutMs)) this.violated(`a wait of ${timeoutMs} ms`);
        return this.traced("wait", 0, this.chance(10) ? -ERRNO.EINTR : this.report(words));
      },
      add: (fd, flags, low, high) => {
        if (!this.files.has(fd)) this.violated(`descriptor ${fd} was registered, and is not open`);
        if (this.watches.has(fd)) return -ERRNO.EEXIST;
        // The driver's own eventfd, which comes first, is not what is tested.
        const fault = this.watches.size === 0 ? 0 : this.disturbing(fd, this.fault(40, ERRNO.ENOMEM));
        // What is ready already is reported.
        if (fault === 0) this.watches.set(fd, { fd, flags, low, high, pending: true });
        return this.traced("add", fd, fault);
      },
      modify: () => -ERRNO.EINVAL,
      delete: (fd) => {
        const watch = this.watches.get(fd);
        if (watch === undefined) return -ERRNO.ENOENT;
        this.watches.delete(fd);
        this.gone.push(watch);
        return this.traced("delete", fd, 0);
      },
      close: () => 0,
    };
  }

  /** Puts events where the driver reads them: how many. */
  private report(words: Uint32Array): number {
    let count = 0;
    const put = ({ low, high }: Watch, flags: number): void => {
      if (count === EVENT_CAPACITY) return;
      words.set([flags, low, high], count * STRIDE_WORDS);
      count++;
    };
    for (const watch of this.shuffled([...this.watches.values()])) {
      const file = this.files.get(watch.fd);
      const flags = (file?.mask() ?? 0) & (watch.flags | ALWAYS_REPORTED);
      // Late: it stays to be reported.
      if (watch.pending && flags !== 0 && count < EVENT_CAPACITY && !this.chance(4)) {
        watch.pending = false;
        put(watch, flags);
        if (this.chance(8)) put(watch, flags);
      } else if (this.chance(12)) {
        put(watch, EPOLLIN_AND_OUT);
      }
    }
    if (this.gone.length > 0 && this.chance(3) && count < EVENT_CAPACITY) {
      this.stale++;
      put(this.gone[this.random.below(this.gone.length)], EPOLLIN_AND_OUT);
    }
    return count;
  }

  private shuffled<T>(items: T[]): T[] {
    if (!this.misbehaves) return items;
    for (let at = items.length - 1; at > 0; at--) {
      const other = this.random.below(at + 1);
      [items[at], items[other]] = [items[other], items[at]];
    }
    return items;
  }
}

/** What the schedules have no use for. */
const unexpected = Object.fromEntries(
  Object.keys(linux).map((name) => [
    name,
    () => {
      throw new Error(`${name} is not part of the schedules`);
    },
  ]),
) as unknown as Kernel;
