// The runtime of the programs with shared-out loads: as many workers as the lab says, the main thread among them.
import { StealingRuntime } from "@pollab/executor-stealing";

const WORKERS = Number(process.env["POLLAB_WORKERS"] ?? "2");

/** @param tasks the module with the tasks */
export function startWorkers(tasks: URL, mainThread: "worker" | "free" = "worker"): Promise<StealingRuntime> {
  return StealingRuntime.start({ workers: WORKERS, modules: [tasks], mainThread });
}
