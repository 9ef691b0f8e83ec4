// The process that serves in the echo scenario: `echo-server blocking|threads N|node|epoll|uring`.
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { echoOnBlockingThreads } from "./echo/blocking-threads.ts";
import { echoOnNode } from "./echo/on-node.ts";
import { echoOnRuntime } from "./echo/on-runtime.ts";

const [kind, threads = "1"] = process.argv.slice(2);
switch (kind) {
  case "blocking":
    await echoOnBlockingThreads(1);
    break;
  case "threads":
    await echoOnBlockingThreads(Number(threads));
    break;
  case "node":
    echoOnNode();
    break;
  case "epoll":
    echoOnRuntime(EpollDriver.create());
    break;
  case "uring":
    echoOnRuntime(UringDriver.create());
    break;
  default:
    throw new Error(`echo-server expects blocking, threads, node, epoll or uring, but was given ${kind}`);
}
