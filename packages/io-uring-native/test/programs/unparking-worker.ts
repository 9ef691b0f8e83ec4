// A worker that ends another thread's wait: its data is the descriptor to signal.
import { signalEventFd } from "@pollab/io-sys";
import { workerData } from "node:worker_threads";

const eventFd = Number(workerData);
setTimeout(() => {
  signalEventFd(eventFd);
}, 20);
