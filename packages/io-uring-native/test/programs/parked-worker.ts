// A process with a worker that is parked in the driver, ended in the way that the first argument names: it must end at once.
import { terminateWorker } from "@pollab/io-sys";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { UringDriver } from "../../src/driver.ts";
import { Polled } from "../support/hand-driven.ts";

if (isMainThread) main(process.argv[2]);
else park();

function main(how: string | undefined): void {
  const worker = new Worker(new URL(import.meta.url));
  worker.once("message", () => {
    // By now it is parked, or about to be.
    setTimeout(() => {
      if (how === "process.exit") process.exit(0);
      else if (how === "terminate") void terminateWorker(worker);
      else worker.unref();
    }, 50);
  });
}

function park(): void {
  const driver = UringDriver.create();
  // The kernel has memory and a descriptor of this thread when the thread ends.
  const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
  new Polled(listener.accept()).poll();
  const connecting = new Polled(driver.net.connect(listener.address));
  connecting.poll();
  driver.park(10);
  new Polled(driver.fs.open("/dev/null")).poll();
  parentPort?.postMessage("parked");
  for (;;) driver.park(Infinity);
}
