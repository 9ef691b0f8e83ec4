// The whole of what is asked of the kernel about a ring: set-up, enter, close, and what is registered beforehand; and beside the ring, a
// read of what is in memory already. The addon answers;
// tests answer with a kernel of their own on ordinary memory, which misbehaves on purpose. Each call returns at least 0, or -errno.
import { loadAddon } from "@pollab/io-sys";

/** A ring as `setup` mapped it. Offsets are in bytes from the start of `ring`. */
export interface RingMapping {
  readonly fd: number;
  /** The `IORING_FEAT_*` bits. */
  readonly features: number;
  /** Both queues' indices, the submission queue's index array and the completions. */
  readonly ring: ArrayBuffer;
  readonly sqes: ArrayBuffer;
  readonly sqEntries: number;
  readonly cqEntries: number;
  readonly sqHeadBytes: number;
  readonly sqTailBytes: number;
  readonly sqFlagsBytes: number;
  readonly sqArrayBytes: number;
  readonly cqHeadBytes: number;
  readonly cqTailBytes: number;
  readonly cqesBytes: number;
}

/** What a ring is given before it is used. See io_uring_register(2). */
export interface Registrations {
  /** A table of `count` buffers, all of them absent. */
  registerBuffers(fd: number, count: number): number;
  /** Puts the memory of an ArrayBuffer at a place of the table, or with null takes away what is there. */
  updateBuffer(fd: number, index: number, memory: ArrayBuffer | null): number;
  /** A table of `count` files, all of them absent. */
  registerFiles(fd: number, count: number): number;
  /** Puts the file of a descriptor at a place of the table, or with -1 closes the one that is there. */
  updateFile(fd: number, index: number, file: number): number;
  /** Of the table of files, the kernel itself chooses among `count` places from `first` on, and leaves the others alone. */
  limitFileChoice(fd: number, first: number, count: number): number;
  /** A ring of provided buffers: its entries, which are detached when it is closed. */
  openBufferRing(fd: number, group: number, entries: number, flags: number): ArrayBuffer | number;
  /** Ends a ring of provided buffers: what the kernel had of it is the caller's again. */
  closeBufferRing(fd: number, group: number): number;
  /** Polls the network devices in use for a while before it sleeps. */
  registerNapi(fd: number, timeoutUs: number): number;
  /** Cancels everything in flight and waits for its end; -ETIME when the time has passed before. */
  cancelAll(fd: number, timeoutNs: number): number;
}

/** Who answers the calls about a ring. */
export interface Kernel extends Registrations {
  /**
   * Creates and maps a ring. See io_uring_setup(2).
   *
   * @param sqThreadIdleMs with `SETUP_SQPOLL`, how long the kernel's thread looks for entries before it sleeps
   */
  setup(sqEntries: number, cqEntries: number, flags: number, sqThreadIdleMs?: number): RingMapping | number;
  /**
   * Submits and waits; the number of entries consumed, or -errno. See io_uring_enter(2).
   *
   * @param timeoutNs bounds the wait; negative: no bound.
   */
  enter(fd: number, toSubmit: number, minComplete: number, flags: number, timeoutNs: number): number;
  /** Unmaps and closes a ring: its ArrayBuffers are detached. */
  close(fd: number): number;
  /**
   * Reads what the page cache has of a file, without waiting for the rest; the number of bytes, or -errno. See preadv2(2) about RWF_NOWAIT.
   *
   * @param address where the bytes go: memory that is there at least for as long as the call
   */
  readCached(fd: number, address: number, lengthBytes: number, position: number): number;
}

/** What the addon exports: the calls, of which two take their arguments from memory and leave their answer there. */
interface Addon extends Omit<Kernel, "enter" | "readCached"> {
  readonly enter: () => void;
  /** Six doubles: the arguments in their order, and the answer. */
  readonly enterCall: ArrayBuffer;
  readonly readCached: () => void;
  /** Five doubles, likewise. */
  readonly readCachedCall: ArrayBuffer;
}

/** The kernel that this process runs on. @throws AddonMissingError */
export function nativeKernel(): Kernel {
  const addon = loadAddon<Addon>(new URL("../", import.meta.url), "uring");
  const { enter, readCached } = addon;
  const call = new Float64Array(addon.enterCall);
  const readCall = new Float64Array(addon.readCachedCall);
  return {
    ...addon,
    enter(fd, toSubmit, minComplete, flags, timeoutNs) {
      call[0] = fd;
      call[1] = toSubmit;
      call[2] = minComplete;
      call[3] = flags;
      call[4] = timeoutNs;
      enter();
      return call[5] ?? 0;
    },
    readCached(fd, address, lengthBytes, position) {
      readCall[0] = fd;
      readCall[1] = address;
      readCall[2] = lengthBytes;
      readCall[3] = position;
      readCached();
      return readCall[4] ?? 0;
    },
  };
}
