// What trials work on: a ring, memory, a folder with a file, pipes and sockets. All of it is this process's own, and gone at the end
// of each trial: nobody cleans up after a process that is killed.
import {
  EventFd,
  acceptSocket,
  closeFd,
  connectSocket,
  createPipe,
  listenSocket,
  localAddress,
  openSocket,
  systemError,
} from "@pollab/io-sys";
import type { SocketAddress } from "@pollab/io-sys";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kernel } from "../kernel.ts";
import type { RawCalls } from "./calls.ts";
import { Memory, type Region } from "./memory.ts";
import { TrialRing } from "./trial-ring.ts";

const PARAMS_BYTES = 120;
const RING_ENTRIES = 8;
const COMPLETION_ENTRIES = 32;

const LOOPBACK = "127.0.0.1";

/** How `Workbench.setup` fills in `struct io_uring_params`. */
export interface SetupParams {
  readonly cqEntries?: number;
  readonly flags?: number;
  readonly sqThreadCpu?: number;
  readonly wqFd?: number;
  /** Memory for the entries and for the ring, of a page each. */
  readonly entriesAddress?: number;
  readonly ringAddress?: number;
}

export class Workbench {
  readonly kernel: Kernel;
  readonly calls: RawCalls;
  readonly memory: Memory = new Memory();
  readonly ring: TrialRing;
  /** Made for the trials that need it. */
  #folder: string | null = null;
  #descriptors: number[] = [];
  #rings: TrialRing[] = [];

  /** @throws SystemError when there is no ring at all */
  constructor(kernel: Kernel, calls: RawCalls) {
    this.kernel = kernel;
    this.calls = calls;
    this.ring = this.#open(0, 1);
  }

  /** Runs one trial, and takes back everything that it used. */
  attempt<T>(trial: (bench: this) => T): T {
    try {
      return trial(this);
    } finally {
      for (const ring of this.#rings) ring.close();
      this.#rings = [];
      for (const fd of this.#descriptors) closeFd(fd);
      this.#descriptors = [];
      if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
      this.#folder = null;
      this.memory.reuse();
    }
  }

  /** Another ring, for the duration of the trial. @param stride 2 for one of 128-byte entries. @throws SystemError */
  ringWith(flags: number, stride: 1 | 2 = 1): TrialRing {
    const ring = this.#open(flags, stride);
    this.#rings.push(ring);
    return ring;
  }

  /** Sets a ring up without using it, and closes it. Returns a value >= 0, or -errno. */
  setup(params: SetupParams): number {
    const result = this.calls.setup(4, this.params(params));
    if (result >= 0) closeFd(result);
    return result;
  }

  params({ cqEntries, flags, sqThreadCpu, wqFd, entriesAddress, ringAddress }: SetupParams): Uint8Array {
    const region = this.memory.take(PARAMS_BYTES);
    region
      .u32(4, cqEntries ?? 0)
      .u32(8, flags ?? 0)
      .u32(12, sqThreadCpu ?? 0)
      .u32(24, wqFd ?? 0)
      // sq_off.user_addr and cq_off.user_addr
      .u64(72, entriesAddress ?? 0)
      .u64(112, ringAddress ?? 0);
    return region.bytes;
  }

  register(opcode: number, argument: Region | null, count: number, ring: { readonly fd: number } = this.ring): number {
    return this.calls.register(ring.fd, opcode, argument?.bytes ?? null, count);
  }

  /** Closes a descriptor after the trial. */
  own(fd: number): number {
    if (fd < 0) throw systemError(fd, "open");
    this.#descriptors.push(fd);
    return fd;
  }

  /** A path in the folder. */
  path(name: string): Region {
    return this.memory.text(join(this.folder, name));
  }

  get folder(): string {
    return (this.#folder ??= mkdtempSync(join(tmpdir(), "pollab-uring-check-")));
  }

  /** A file of one page, open to read and write. */
  file(): number {
    const path = join(this.folder, "file");
    writeFileSync(path, new Uint8Array(4096).fill(1));
    return this.own(openSync(path, "r+"));
  }

  pipe(): { readonly readEnd: number; readonly writeEnd: number } {
    const [readEnd, writeEnd] = createPipe(false);
    return { readEnd: this.own(readEnd), writeEnd: this.own(writeEnd) };
  }

  eventFd(): number {
    const event = EventFd.create();
    return this.own(event.fd);
  }

  epoll(): number {
    return this.own(this.calls.epoll());
  }

  socket(): number {
    return this.own(openSocket(4, false));
  }

  listener(): { readonly fd: number; readonly address: SocketAddress } {
    const fd = this.own(listenSocket({ host: LOOPBACK, port: 0, backlog: 4, nonblocking: false }));
    return { fd, address: localAddress(fd) };
  }

  /** A socket whose connection is established and not accepted yet. */
  connectingTo(address: SocketAddress): number {
    const fd = this.socket();
    const result = connectSocket(fd, address);
    if (result < 0) throw systemError(result, "connect");
    return fd;
  }

  /** Both ends of a connection. */
  connection(): { readonly client: number; readonly server: number } {
    const listener = this.listener();
    const client = this.connectingTo(listener.address);
    return { client, server: this.own(acceptSocket(listener.fd, false)) };
  }

  /** `struct sockaddr_in` of the loopback address. */
  socketAddress(port: number): Region {
    const address = this.memory.take(16);
    address.u16(0, 2);
    address.bytes.set([port >> 8, port & 0xff, 127, 0, 0, 1], 2);
    return address;
  }

  /** One `struct iovec` that names the memory. */
  vector(region: Region): Region {
    return this.memory.take(16).u64(0, region.address).u64(8, region.bytes.byteLength);
  }

  /** `struct msghdr` with that memory as its content. */
  message(region: Region): Region {
    return this.memory.take(56).u64(16, this.vector(region).address).u64(24, 1);
  }

  /** `struct __kernel_timespec` */
  timespec(seconds: number, nanoseconds: number): Region {
    return this.memory.take(16).u64(0, seconds).u64(8, nanoseconds);
  }

  /** The first processor that this process may run on. */
  get allowedCpu(): number {
    const [, first] = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(first ?? 0);
  }

  close(): void {
    this.ring.close();
    this.memory.close();
  }

  #open(flags: number, stride: 1 | 2): TrialRing {
    const mapping = this.kernel.setup(RING_ENTRIES, COMPLETION_ENTRIES, flags);
    if (typeof mapping === "number") throw systemError(mapping, "io_uring_setup");
    return new TrialRing(this.kernel, mapping, stride);
  }
}
