// The most memory that a process has had resident. Not what getrusage(2) tells: its maximum is handed on by fork and exec, so that a small
// program that a larger one starts seems to have been as large.
import { readFileSync } from "node:fs";

/**
 * In bytes, while the process lives (proc_pid_status(5), VmHWM).
 *
 * @throws Error where the kernel does not tell, or there is no such process
 */
export function peakRssBytes(pid: number | "self"): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status does not tell of VmHWM`);
  return Number(kibibytes) * 1024;
}
