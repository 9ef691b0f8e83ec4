// The whole of what is asked of the kernel about a ring: three calls. The addon answers them; tests answer them with a kernel of
// their own on ordinary memory, which misbehaves on purpose.
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

/** Who answers the calls about a ring. */
export interface Kernel {
  /** Creates and maps a ring; -errno where the kernel refuses. See io_uring_setup(2). */
  setup(sqEntries: number, cqEntries: number, flags: number): RingMapping | number;
  /**
   * Submits and waits; the number of entries consumed, or -errno. See io_uring_enter(2).
   *
   * @param timeoutNs bounds the wait; negative: no bound.
   */
  enter(fd: number, toSubmit: number, minComplete: number, flags: number, timeoutNs: number): number;
  /** Unmaps and closes a ring: its ArrayBuffers are detached. */
  close(fd: number): number;
}

/** The kernel that this process runs on. @throws AddonMissingError */
export function nativeKernel(): Kernel {
  return loadAddon<Kernel>(new URL("../", import.meta.url), "uring");
}
