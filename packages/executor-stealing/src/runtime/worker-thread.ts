// The thread of a worker. From the moment it is ready it belongs to the scheduler: nothing else of Node.js runs in it.
import { parentPort, workerData } from "node:worker_threads";
import { makeDriver } from "./make-driver.ts";
import { Modules } from "./modules.ts";
import { reportToStderr } from "./report.ts";
import type { WorkerReady, WorkerThreadData } from "./thread-data.ts";
import { Worker } from "./worker.ts";

// What the supervisor passes.
const { member, settings } = workerData as WorkerThreadData;
const modules = await Modules.load(settings.modules);
modules.assertSame(member.types);
const worker = new Worker(member, {
  tasks: modules.tasks,
  resolve: (module, exportName) => modules.resolve(module, exportName),
  spins: settings.spins,
  seed: settings.seed,
  report: reportToStderr,
});
if (settings.driver !== undefined) worker.driver = await makeDriver(worker, settings.driver);
const ready: WorkerReady = { kind: "ready" };
parentPort?.postMessage(ready);
worker.run();
worker.close();
