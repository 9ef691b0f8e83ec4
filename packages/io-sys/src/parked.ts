// Threads that wait in native code, and how they are made to stop. `worker.terminate()`, `process.exit()` and a natural exit
// interrupt JavaScript only: they would hang until a parked worker's wait ends. So each driver registers an eventfd that ends
// its wait, in a registry that the whole process shares. This module installs an exit handler in the main thread when it is
// loaded there; where it is not, a driver's waits are bounded by {@link MAX_WAIT_MS}.
import { isMainThread, threadId, type Worker } from "node:worker_threads";
import { AddonMissingError } from "./addon.ts";
import { systemError } from "./errors.ts";
import { native } from "./native.ts";

/** The longest a driver waits at a time, in milliseconds: the backstop for whoever ends a worker without this module. */
export const MAX_WAIT_MS = 1000;

/** Remembers the eventfd that ends this thread's waits. @throws SystemError ENOMEM */
export function registerParked(eventFd: number): void {
  const result = native().registerParked(eventFd, threadId);
  if (result < 0) throw systemError(result, "registerParked");
}

/** Forgets it, so that it may be closed: nothing signals it any more. @throws SystemError ENOENT when it is not registered */
export function unregisterParked(eventFd: number): void {
  const result = native().unregisterParked(eventFd);
  if (result < 0) throw systemError(result, "unregisterParked");
}

/** Ends the waits of all threads, for good: from now on {@link leaving} is true. Returns how many eventfds were signalled. */
export function releaseParked(): number {
  return native().releaseParked();
}

let leavingWord: Int32Array | undefined;

/** Whether the process is about to exit. A driver that sees it does not wait any more. */
export function leaving(): boolean {
  return (leavingWord ??= new Int32Array(native().leaving))[0] !== 0;
}

/** `worker.terminate()` for a worker that may be parked in a driver. */
export function terminateWorker(worker: Worker): Promise<number> {
  const { threadId: thread } = worker;
  const terminated = worker.terminate();
  // Afterwards: the worker has to find, when its wait ends, that it was terminated. A worker that has ended has thread -1.
  if (thread >= 0) native().signalParked(thread);
  return terminated;
}

if (isMainThread) {
  process.once("exit", () => {
    try {
      releaseParked();
    } catch (error) {
      // Without the addon nothing of ours can be parked.
      if (!(error instanceof AddonMissingError)) throw error;
    }
  });
}
