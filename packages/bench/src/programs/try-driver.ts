// Whether a runtime can run a driver: `try-driver owned|hosted epoll|uring` sleeps a moment on it, and ends well or not.
import { CurrentThread, HostedThread } from "@pollab/executor-single";
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { sleep } from "@pollab/runtime-core/time";

const SLEEP_MS = 2;

const [way, driver] = process.argv.slice(2);
if (way === "owned") {
  const runtime = new CurrentThread({ driver: driver === "epoll" ? EpollDriver.create() : UringDriver.create() });
  runtime.blockOn(sleep(SLEEP_MS));
  runtime.close();
} else {
  const runtime = new HostedThread({ driver: driver === "epoll" ? EpollDriver.create() : UringDriver.createHosted() });
  await runtime.run(sleep(SLEEP_MS));
  runtime.close();
}
