// Which cores the load generator and the server it loads are kept on.
import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Environment } from "../record/environment.ts";

/** Two cores that this process may use; null where there is one, or no taskset. */
export function choosePinning(): Environment["pinning"] {
  const [server, generator] = allowedCores();
  if (server === undefined || generator === undefined) return null;
  try {
    execFileSync("taskset", ["--version"], { stdio: "ignore" });
    return { server, generator };
  } catch {
    return null;
  }
}

/** Keeps every thread that a process has now, and those that they will make, on one core. */
export async function pinProcess(pid: number, core: number): Promise<void> {
  await promisify(execFile)("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(pid)]);
}

/** From a list such as "0-3,8". */
function allowedCores(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
