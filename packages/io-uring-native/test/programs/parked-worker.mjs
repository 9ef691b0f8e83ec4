// A process with a worker that is parked in the driver, ended in the way that the first argument names: it must end at once.
import { UringDriver } from "@pollab/io-uring-native";
import { terminateWorker } from "@pollab/io-sys";
import { isMainThread, parentPort, Worker } from "node:worker_threads";

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.once("message", () => {
    // By now it is parked, or about to be.
    setTimeout(() => {
      if (process.argv[2] === "process.exit") process.exit(0);
      else if (process.argv[2] === "terminate") void terminateWorker(worker);
      else worker.unref();
    }, 50);
  });
} else {
  const driver = UringDriver.create();
  const { buffers } = driver.net;
  // Something is in flight when the thread ends.
  const listener = driver.net.listen({ host: "127.0.0.1", port: 0 });
  const context = { waker: { wake() {} }, budget: 128, exhausted: () => false };
  listener.accept().poll(context);
  buffers.take();
  parentPort.postMessage("parked");
  for (;;) driver.park(Infinity);
}
