// A worker that tries to enter another thread's ring, whose descriptor is its data.
import { parentPort, workerData } from "node:worker_threads";
import { nativeKernel } from "../../src/kernel.ts";

parentPort?.postMessage(nativeKernel().enter(Number(workerData), 0, 0, 0, -1));
