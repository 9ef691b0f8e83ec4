// Parts of kernels for tests that need no more.
import { constants } from "node:os";
import type { Kernel, Registrations } from "../../src/kernel.ts";

const refuse = (): number => -constants.errno.EINVAL;

/** A kernel from before anything could be registered. */
export const NO_REGISTRATIONS: Registrations = {
  registerBuffers: refuse,
  updateBuffer: refuse,
  registerFiles: refuse,
  updateFile: refuse,
  openBufferRing: refuse,
  closeBufferRing: refuse,
  registerNapi: refuse,
  cancelAll: refuse,
};

/** This machine's kernel as it was before it had rings of buffers. */
export function withoutBufferRings(kernel: Kernel): Kernel {
  return { ...kernel, openBufferRing: refuse };
}
