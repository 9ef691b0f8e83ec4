// A worker thread for each timer, which sleeps in the kernel.
import { Worker } from "node:worker_threads";
import { runOnce } from "../../micro/harness.ts";
import { longDelayMs } from "../long-delays.ts";
import { resident } from "../resident.ts";

const SLEEPER = `
  const { parentPort, workerData } = require("node:worker_threads");
  parentPort.postMessage("sleeps");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workerData);
`;

await runOnce(
  resident(async (timers) => {
    const workers = Array.from(
      { length: timers },
      (_, i) => new Worker(SLEEPER, { eval: true, workerData: longDelayMs(i) }),
    );
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("message", resolve))));
    return () => Promise.all(workers.map((worker) => worker.terminate()));
  }),
);
