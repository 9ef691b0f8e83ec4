// The process that serves in the echo scenario: `echo-server blocking|threads N|node|epoll|uring|hosted epoll|hosted uring`.
import { EpollDriver } from "@pollab/io-epoll";
import { UringDriver } from "@pollab/io-uring-native";
import { echoOnBlockingThreads } from "./echo/blocking-threads.ts";
import { echoOnHosted } from "./echo/on-hosted.ts";
import { echoOnNode } from "./echo/on-node.ts";
import { echoOnRuntime } from "./echo/on-runtime.ts";

const [kind, of = "1"] = process.argv.slice(2);
switch (kind) {
  case "blocking":
    await echoOnBlockingThreads(1);
    break;
  case "threads":
    await echoOnBlockingThreads(Number(of));
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
  case "hosted":
    if (of === "epoll") echoOnHosted(EpollDriver.create());
    else echoOnHosted(UringDriver.createHosted());
    break;
  default:
    throw new Error(`echo-server expects blocking, threads, node, epoll, uring or hosted, but was given ${kind}`);
}
