// A thread that has accepted connections and opened a file, and never comes to use them: its completions are still in the queue, or
// were collected for futures that nobody polls.
import { connectSocket, openSocket } from "@pollab/io-sys";
import { parentPort, workerData } from "node:worker_threads";
import { UringDriver } from "../../src/driver.ts";
import { type Kernel, nativeKernel } from "../../src/kernel.ts";
import { Polled, PolledStream } from "../support/hand-driven.ts";

const real = nativeKernel();
let stops = false;

const kernel: Kernel = {
  ...real,
  enter(...call) {
    const result = real.enter(...call);
    if (stops) stop();
    return result;
  },
};

function stop(): never {
  parentPort?.postMessage("stopped");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

const driver = UringDriver.create({}, kernel);
const listeners = [0, 1].map(() => driver.net.listen({ host: "127.0.0.1", port: 0 }));
const [first, second] = listeners;
if (first !== undefined) new Polled(first.accept()).poll();
if (second !== undefined) new PolledStream(second.incoming()).poll();
driver.poll();
for (const { address } of listeners) connectSocket(openSocket(4, false), address);
new Polled(driver.fs.open("/dev/null")).poll();
stops = workerData === "in the queue";
driver.poll();
stop();
