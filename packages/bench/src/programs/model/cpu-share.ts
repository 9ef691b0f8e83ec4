// What waiting takes of a processor.
import type { Outcome } from "../micro/harness.ts";

/** Processor time of the whole process as a share of the time that `wait` takes. */
export async function cpuShare(wait: () => Promise<void> | void): Promise<Outcome> {
  const began = performance.now();
  const before = process.cpuUsage();
  await wait();
  const { user, system } = process.cpuUsage(before);
  const elapsedMs = performance.now() - began;
  return { result: 1, counters: { cpuShare: (user + system) / 1000 / elapsedMs } };
}
