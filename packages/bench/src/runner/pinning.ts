// Which cores the load generator and the server it loads are kept on.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
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

/** From a list such as "0-3,8". */
function allowedCores(): number[] {
  const status = readFileSync("/proc/self/status", "utf8");
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
