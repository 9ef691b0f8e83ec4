// What so many things that wait take of this process's memory, threads included.
import type { Outcome, Workload } from "../micro/harness.ts";

/** Starts so many of them, and resolves when all wait; what it returns ends them. */
export type Start = (count: number) => Promise<() => unknown> | (() => unknown);

/**
 * A workload that starts them and ends them. What they take is measured in the first pass, in which nothing that an earlier one has
 * left can be used again; later passes are for the time alone.
 */
export function resident(start: Start): Workload {
  let residentBytes: number | undefined;
  return async (_level, count): Promise<Outcome> => {
    const before = process.memoryUsage.rss();
    const end = await start(count);
    residentBytes ??= Math.max(0, process.memoryUsage.rss() - before);
    await end();
    return { result: count, counters: { residentBytes } };
  };
}
