// io_uring's three system calls as they are, beside the driver's own three: what is tried here goes beyond what the driver uses.
import { loadAddon } from "@pollab/io-sys";

/** Each returns a value >= 0, or -errno. Memory is a view of native memory, or null. */
export interface RawCalls {
  /** A descriptor that is to be closed. See io_uring_setup(2). @param params 120 bytes, read and written */
  setup(entries: number, params: Uint8Array): number;
  /** See io_uring_enter(2). */
  enter(
    fd: number,
    toSubmit: number,
    minComplete: number,
    flags: number,
    argument: Uint8Array | null,
    argumentBytes: number,
  ): number;
  /** See io_uring_register(2). */
  register(fd: number, opcode: number, argument: Uint8Array | null, count: number): number;
  /** A descriptor of epoll_create1(2). */
  epoll(): number;
}

/** @throws AddonMissingError */
export function rawCalls(): RawCalls {
  return loadAddon<RawCalls>(new URL("../../", import.meta.url), "uring-check-calls");
}
