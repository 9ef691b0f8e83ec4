// A worker that is parked, and says each time that another ring has woken it.
import { parentPort } from "node:worker_threads";
import { UringDriver } from "../../src/driver.ts";

const driver = UringDriver.create();
parentPort?.postMessage(driver.messageHandle);
for (let answered = 0; ;) {
  driver.park(Infinity);
  while (answered < driver.counters.messages) parentPort?.postMessage(++answered);
}
