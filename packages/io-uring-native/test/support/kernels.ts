// Parts of kernels for tests that need no more.
import { constants } from "node:os";
import type { Kernel } from "../../src/kernel.ts";

const refuse = (): number => -constants.errno.EINVAL;

/** A kernel from before anything could be registered, that never says what it has in memory. */
export const NO_REGISTRATIONS: Omit<Kernel, "setup" | "enter" | "close"> = {
  registerBuffers: refuse,
  updateBuffer: refuse,
  registerFiles: refuse,
  updateFile: refuse,
  limitFileChoice: refuse,
  openBufferRing: refuse,
  closeBufferRing: refuse,
  registerNapi: refuse,
  cancelAll: refuse,
  readCached: refuse,
};

/** This machine's kernel as it was before it had rings of buffers. */
export function withoutBufferRings(kernel: Kernel): Kernel {
  return { ...kernel, openBufferRing: refuse };
}
