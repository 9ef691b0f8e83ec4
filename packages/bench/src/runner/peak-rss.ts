// How much memory a process that does not measure itself has had resident at most.
import { peakRssBytes as peakOf } from "../programs/peak-rss.ts";

/** In bytes, while the process lives; undefined where the kernel does not tell. */
export function peakRssBytes(pid: number): number | undefined {
  try {
    return peakOf(pid);
  } catch {
    return undefined;
  }
}
