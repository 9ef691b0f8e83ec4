// A worker's driver: made by a module in the worker's own thread, because a driver belongs to the thread that made it.
import type { Driver } from "@pollab/runtime-core/task";
import type { Member } from "./member.ts";
import type { DriverModule } from "./thread-data.ts";

/** Makes the driver of a worker. It is given a word of shared memory, in case it sleeps on one. */
export type MakeDriver = (word: Int32Array<SharedArrayBuffer>) => Driver;

/** Makes the driver, and lets all threads know how its wait is ended. @throws TypeError for one whose wait cannot be */
export async function makeDriver(member: Member, { exportName, module }: DriverModule): Promise<Driver> {
  const namespace = (await import(module)) as Record<string, unknown>;
  const make = namespace[exportName];
  if (typeof make !== "function")
    throw new TypeError(`${module} exports no function ${exportName} that makes a driver`);
  const { plan, words } = member;
  const word = new Int32Array(words.buffer, plan.driverWord(member.slot) * 4, 1);
  // What it returns is the promise of whoever wrote the module.
  const driver = (make as MakeDriver)(word);
  const handle = driver.unparkHandle;
  if (handle === undefined) {
    throw new TypeError(`the driver of ${module} has no unparkHandle: other workers could not wake this one`);
  }
  if ("eventFd" in handle) {
    Atomics.store(words, plan.eventFds + member.slot, handle.eventFd + 1);
  } else if (handle.word.buffer !== words.buffer || handle.word.byteOffset !== word.byteOffset) {
    throw new TypeError(
      `the driver of ${module} sleeps on a word of its own; make it with the word that ${exportName} is given`,
    );
  }
  return driver;
}
