// The runtime of the programs with shared-out loads: as many workers as the lab says, the main thread among them.
import { StealingRuntime } from "@pollab/executor-stealing";

const WORKERS = Number(process.env["POLLAB_WORKERS"] ?? "2");

export function startWorkers(mainThread: "worker" | "free" = "worker"): Promise<StealingRuntime> {
  const modules = [new URL("./tasks.js", import.meta.url)];
  return StealingRuntime.start({ workers: WORKERS, modules, mainThread });
}
