// A process that ends without closing its driver, with an operation in flight.
import { UringDriver } from "../../src/driver.ts";
import { Polled } from "../support/hand-driven.ts";

const driver = UringDriver.create();
new Polled(driver.net.listen({ host: "127.0.0.1", port: 0 }).accept()).poll();
driver.poll();
