// The real kernel, with one thing about it changed.
import { type Kernel, linux } from "../../src/system/kernel.ts";
import type { NativePoller } from "../../src/system/native.ts";

/** The real kernel, whose epoll instances are changed by `change`. */
export function kernelWithPoller(change: (poller: NativePoller) => Partial<NativePoller>): Kernel {
  return {
    ...linux,
    createPoller: (capacity) => {
      const poller = linux.createPoller(capacity);
      return typeof poller === "number" ? poller : { ...poller, ...change(poller) };
    },
  };
}
