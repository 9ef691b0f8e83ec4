// How much memory a process that does not measure itself has had resident at most.
import { readFileSync } from "node:fs";

/** In bytes, while the process lives (proc(5), /proc/pid/status, VmHWM); undefined where the kernel does not tell. */
export function peakRssBytes(pid: number): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}
