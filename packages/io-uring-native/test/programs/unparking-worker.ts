// A worker that ends another thread's wait: its data is the descriptor to signal.
import { signalEventFd } from "@pollab/io-sys";
import { workerData } from "node:worker_threads";

const wakeFd = Number(workerData);
setTimeout(() => {
  signalEventFd(wakeFd);
}, 20);
