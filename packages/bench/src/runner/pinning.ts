// Which cores the load generator and the server it loads are kept on.
import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Environment } from "../record/environment.ts";

/** Two cores that this process may use; null where there is one, or no taskset. */
export function choosePinning(): Environment["pinning"] {
  const chosen = pairOf(allowedCores(), threadSiblings);
  if (chosen === null) return null;
  try {
    execFileSync("taskset", ["--version"], { stdio: "ignore" });
    return chosen;
  } catch {
    return null;
  }
}

/**
 * The first core for the server, and for the load generator the first other one that does not share its execution units, if there
 * is any.
 *
 * @param siblings the logical cores that are one physical core together with this one, itself included
 */
export function pairOf(
  allowed: readonly number[],
  siblings: (core: number) => readonly number[],
): Environment["pinning"] {
  const [server, ...others] = allowed;
  if (server === undefined) return null;
  const shared = siblings(server);
  const generator = others.find((core) => !shared.includes(core)) ?? others[0];
  return generator === undefined ? null : { server, generator };
}

/** As the kernel tells it; where it does not, every core is one of its own. */
export function threadSiblings(core: number): number[] {
  try {
    return coresIn(readFileSync(`/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`, "utf8").trim());
  } catch {
    return [core];
  }
}

/** Keeps every thread that a process has now, and those that they will make, on one core. */
export async function pinProcess(pid: number, core: number): Promise<void> {
  await promisify(execFile)("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(pid)]);
}

function allowedCores(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "";
  return coresIn(list);
}

/** From a list such as "0-3,8". */
function coresIn(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
